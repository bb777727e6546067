# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A tree of frames with shapes in it, drawn in every browser that looks. Base frame, SI units, z up (REP-103)."""

from __future__ import annotations

import numpy as np
import viser
from numpy.typing import NDArray

from rher_agent.web.shapes import Kind, Shape
from rher_agent.worlds.state import Vector

AXES_LENGTH, AXES_RADIUS = 0.05, 0.002
"""Of a frame that is shown [m]."""
GRID_SIZE, GRID_CELL = 2.0, 0.1
"""Of the grid on the table [m]."""
CAMERA_POSITION, CAMERA_LOOKS_AT = (1.05, 0.53, 0.77), (0.42, 0.0, 0.12)
"""From where a browser looks first, and at what [m]."""
HEAD_SHARE = 0.3
"""Of the length of an arrow that is its head."""
TEXT_SCALE = 0.75
"""Between the height of a line of a label, and that of rviz2's letters."""


class Scene:
    """Draws on a server of viser, which shows the same to all who look.

    What belongs to a frame that is not known yet is drawn once it is.

    Args:
        server: Serves it.
        base: Name of the frame that all others hang from.
    """

    def __init__(self, server: viser.ViserServer, base: str) -> None:
        self._scene = server.scene
        self._gui = server.gui
        self._scene.set_up_direction("+z")
        self._scene.add_grid("/grid", width=GRID_SIZE, height=GRID_SIZE, cell_size=GRID_CELL)
        server.initial_camera.position = CAMERA_POSITION
        server.initial_camera.look_at = CAMERA_LOOKS_AT
        self._gui.configure_theme(show_share_button=False)
        self.axes_box = self._gui.add_checkbox("frames", initial_value=False)
        """Ticked on the page to see the axes of frames."""
        self._axes_are_shown = False
        self._base = base
        self._picture: viser.GuiImageHandle | None = None
        self._frames: dict[str, viser.FrameHandle] = {base: self._scene.add_frame(f"/{base}", show_axes=False)}
        self._poses: dict[str, tuple[str, Vector, Vector]] = {}
        self._shapes: dict[str, Shape] = {}
        self._drawn: dict[str, viser.SceneNodeHandle] = {}

    @property
    def frames(self) -> frozenset[str]:
        """The frames that are drawn."""
        return frozenset(self._frames)

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shapes by their names, also those whose frame is not known yet."""
        return dict(self._shapes)

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """The picture beside the scene, of shape (height, width, 3); None before the first."""
        return None if self._picture is None else self._picture.image

    def place(self, parent: str, frame: str, position: Vector, quaternion: Vector) -> None:
        """Tell where a frame is in its parent: position [m] and quaternion w, x, y, z.

        A frame keeps the parent that it had first; what else is told of it, or of the base, is passed over.
        """
        if frame == self._base or self._poses.get(frame, (parent,))[0] != parent:
            return
        self._poses[frame] = parent, position, quaternion
        if (known := self._frames.get(frame)) is not None:
            known.position, known.wxyz = position, quaternion
        elif parent in self._frames:
            self._add_frame(frame)

    def draw(self, name: str, shape: Shape) -> None:
        """Draw a shape in place of the one that had its name."""
        before = self._shapes.get(name)
        self._shapes[name] = shape
        handle = self._drawn.get(name)
        if handle is not None and before is not None and before.looks_like(shape):
            handle.position, handle.wxyz = shape.position, shape.quaternion
            return
        self._forget(name)
        if shape.frame in self._frames:
            self._add_shape(name, shape)

    def remove(self, name: str) -> None:
        """Take a shape away, if there is one of that name."""
        self._shapes.pop(name, None)
        self._forget(name)

    def clear(self) -> None:
        """Take all shapes and the picture away; frames stay."""
        for name in list(self._shapes):
            self.remove(name)
        if self._picture is not None:
            self._picture.remove()
            self._picture = None

    def show_axes(self) -> None:
        """Show the axes of frames, or not, as the page asks for it: all who look share that."""
        if self._axes_are_shown == self.axes_box.value:
            return
        self._axes_are_shown = self.axes_box.value
        for frame in self._poses.keys() & self._frames.keys():
            self._frames[frame].show_axes = self._axes_are_shown

    def show_picture(self, rgb: NDArray[np.uint8]) -> None:
        """Show a picture of shape (height, width, 3) beside the scene."""
        if self._picture is None:
            self._picture = self._gui.add_image(rgb, label="what perception sees", format="jpeg")
        else:
            self._picture.image = rgb

    def _add_frame(self, frame: str) -> None:
        """Draw a frame and everything that waits for it."""
        parent, position, quaternion = self._poses[frame]
        self._frames[frame] = self._scene.add_frame(
            f"{self._frames[parent].name}/{_one_level(frame)}",
            show_axes=self._axes_are_shown,
            axes_length=AXES_LENGTH,
            axes_radius=AXES_RADIUS,
            position=position,
            wxyz=quaternion,
        )
        for name, shape in self._shapes.items():
            if shape.frame == frame:
                self._add_shape(name, shape)
        for child, (above, *_) in list(self._poses.items()):
            if above == frame and child not in self._frames:
                self._add_frame(child)

    def _forget(self, name: str) -> None:
        if (handle := self._drawn.pop(name, None)) is not None:
            handle.remove()

    def _add_shape(self, name: str, shape: Shape) -> None:
        path = f"{self._frames[shape.frame].name}/shapes/{_one_level(name)}"
        position, wxyz = shape.position, shape.quaternion
        red, green, blue = (round(255.0 * part) for part in shape.colour[:3])
        colour, opacity = (red, green, blue), None if shape.colour[3] >= 1.0 else shape.colour[3]
        x, y, z = shape.size
        scene = self._scene
        if shape.kind is Kind.BOX:
            self._drawn[name] = scene.add_box(
                path, color=colour, dimensions=shape.size, opacity=opacity, position=position, wxyz=wxyz
            )
        elif shape.kind is Kind.BALL:
            self._drawn[name] = scene.add_icosphere(
                path, radius=0.5, color=colour, opacity=opacity, scale=shape.size, position=position, wxyz=wxyz
            )
        elif shape.kind is Kind.CYLINDER:
            self._drawn[name] = scene.add_cylinder(
                path, radius=0.5 * x, height=z, color=colour, opacity=opacity, position=position, wxyz=wxyz
            )
        elif shape.kind is Kind.TEXT and shape.text:
            self._drawn[name] = scene.add_label(
                path,
                shape.text,
                font_size_mode="scene",
                font_scene_height=TEXT_SCALE * z,
                anchor="bottom-center",
                position=position,
                wxyz=wxyz,
            )
        elif shape.kind in (Kind.LINE, Kind.EDGES) and len(shape.points) > 1:
            parts = np.stack((shape.points[:-1], shape.points[1:]), axis=1)
            if shape.kind is Kind.EDGES:
                parts = parts[::2]
            self._drawn[name] = scene.add_line_segments(
                path, points=parts, colors=colour, thickness=x, position=position, wxyz=wxyz
            )
        elif shape.kind is Kind.BEADS and len(shape.points):
            self._drawn[name] = scene.add_point_cloud(
                path,
                points=shape.points,
                colors=colour,
                point_size=x,
                point_shape="circle",
                precision="float32",
                position=position,
                wxyz=wxyz,
            )
        elif shape.kind is Kind.ARROW and len(shape.points) == 2:
            length = float(np.linalg.norm(shape.points[1] - shape.points[0]))
            if length > 0.0:
                self._drawn[name] = scene.add_arrows(
                    path,
                    points=shape.points[None],
                    colors=colour,
                    shaft_radius=0.5 * x,
                    head_radius=0.5 * y,
                    head_length=HEAD_SHARE * length,
                    position=position,
                    wxyz=wxyz,
                )


def _one_level(name: str) -> str:
    """Return a name that is one level of the tree of viser, where a stroke makes a child."""
    return name.replace("|", "||").replace("/", "|")
