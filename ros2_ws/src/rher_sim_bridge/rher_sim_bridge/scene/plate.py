# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The plate of a camera calibration: a grid of AprilTags held beside the gripper, facing the camera across the table.

Only seen: nothing can touch it, and it weighs nothing. With the tool straight down and its x forward, the plate looks
up towards the camera; turned about the tool's z by up to a quarter turn, it stays in view.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from transforms3d.quaternions import mat2quat

from rher_sim_bridge.scene.apriltag import CELL_TEXELS, TAG_CELLS, tag_image

PLATE_GEOM = "plate"
"""Name of the geom with the print."""
PLATE_SITE = "plate"
"""Name of the site in the middle of the print: x right, y up, z out of it."""
MARGIN_CELLS = 1
"""Cells of white around the outermost tags."""
THICKNESS = 0.002
"""Of the plate [m]."""
BRACKET_RADIUS = 0.004
"""Of the rod that holds it [m]."""
COLOUR = (0.35, 0.36, 0.38, 1.0)
WHITE = 255
WHOLE = 1e-6
"""How far a gap may be from whole cells, in cells."""


@dataclass(frozen=True)
class Plate:
    """A plate with a grid of tags and where the tool carries it.

    Raises:
        ValueError: A field is out of range.
    """

    columns: int = 2
    """Tags along the plate's x."""
    rows: int = 2
    """Tags along its y."""
    tag_size: float = 0.04
    """Side of the black squares [m]."""
    gap: float = 0.01
    """White between the black squares of neighbours, whole cells of the tag [m]."""
    first_tag: int = 20
    """Id at the top left; the others count on along each row, then row by row."""
    position: tuple[float, float, float] = (0.12, 0.0, 0.13)
    """Of the middle of the print in the frame of the flange, whose z points along the tool [m]."""
    elevation: float = math.radians(40.0)
    """Of the print's normal above the horizontal, with the tool straight down; it points along the tool's x [rad]."""

    def __post_init__(self) -> None:
        for name in ("columns", "rows"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 1 or more")
        if not (math.isfinite(self.tag_size) and self.tag_size > 0.0):
            raise ValueError(f"tag_size is {self.tag_size} m; allowed: more than 0")
        if self.gap_cells < 1 or abs(self.gap / self.cell - self.gap_cells) > WHOLE:
            raise ValueError(f"gap is {self.gap} m; allowed: whole cells of the tag, each {self.cell} m")

    @property
    def cell(self) -> float:
        """Edge of a cell [m]."""
        return self.tag_size / TAG_CELLS

    @property
    def gap_cells(self) -> int:
        """Cells of white between neighbours."""
        return round(self.gap / self.cell)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height [m]."""
        columns, rows = (
            count * TAG_CELLS + (count - 1) * self.gap_cells + 2 * MARGIN_CELLS for count in (self.columns, self.rows)
        )
        return columns * self.cell, rows * self.cell

    @property
    def rotation(self) -> NDArray[np.float64]:
        """Of the print's frame in the flange's, shape (3, 3)."""
        # The flange's z points down: what lies above the horizontal has a negative one.
        normal = np.array([math.cos(self.elevation), 0.0, -math.sin(self.elevation)])
        up = np.array([-math.sin(self.elevation), 0.0, -math.cos(self.elevation)])
        return np.column_stack((np.cross(up, normal), up, normal))


def plate_image(plate: Plate) -> NDArray[np.uint8]:
    """Draw the print as one looks at it; shape (texels, texels, 3), RGB, the first row at the top."""
    pitch = (TAG_CELLS + plate.gap_cells) * CELL_TEXELS
    first = MARGIN_CELLS * CELL_TEXELS
    side = TAG_CELLS * CELL_TEXELS
    width, height = (round(length / plate.cell) * CELL_TEXELS for length in plate.size)
    picture = np.full((height, width), WHITE, np.uint8)
    for k in range(plate.rows * plate.columns):
        row, column = divmod(k, plate.columns)
        top, left = first + row * pitch, first + column * pitch
        picture[top : top + side, left : left + side] = tag_image(plate.first_tag + k)
    return np.repeat(picture[:, :, None], 3, axis=2)


def add_plate(spec: mujoco.MjSpec, tool: mujoco.MjsBody, plate: Plate) -> None:
    """Hold a plate to the tool's body, whose frame is that of the flange."""
    picture = plate_image(plate)
    height, width = picture.shape[:2]
    texture = spec.add_texture(
        name=PLATE_GEOM, type=mujoco.mjtTexture.mjTEXTURE_2D, width=width, height=height, nchannel=3
    )
    texture.data = picture.tobytes()
    material = spec.add_material(name=PLATE_GEOM)
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = PLATE_GEOM
    middle, rotation = np.array(plate.position), plate.rotation
    quaternion = mat2quat(rotation)
    half = (plate.size[0] / 2.0, plate.size[1] / 2.0, THICKNESS / 2.0)
    tool.add_site(name=PLATE_SITE, pos=middle, quat=quaternion, size=(BRACKET_RADIUS,) * 3, group=3)
    tool.add_geom(
        name=PLATE_GEOM,
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=middle - THICKNESS / 2.0 * rotation[:, 2],
        quat=quaternion,
        size=half,
        material=PLATE_GEOM,
        mass=0.0,
        contype=0,
        conaffinity=0,
    )
    # A texture lies on both sides of a box; the back of a print is blank.
    tool.add_geom(
        name="plate_back",
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=middle - 1.5 * THICKNESS * rotation[:, 2],
        quat=quaternion,
        size=half,
        rgba=COLOUR,
        mass=0.0,
        contype=0,
        conaffinity=0,
    )
    tool.add_geom(
        name="plate_bracket",
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        fromto=(0.0, 0.0, middle[2], *(middle - 2.0 * THICKNESS * rotation[:, 2])),
        size=(BRACKET_RADIUS, 0.0, 0.0),
        rgba=COLOUR,
        mass=0.0,
        contype=0,
        conaffinity=0,
    )
