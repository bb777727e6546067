# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of the push scene from random places, with the truth about the cube in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray
from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_from_vector
from rher_perception.objects.layout import TagLayout, cube_layout
from rher_sim_bridge.camera.sensor import CameraSensor, SensorParameters
from rher_sim_bridge.scene.apriltag import FACE_CELLS, TAG_CELLS
from rher_sim_bridge.scene.camera import CAMERA
from rher_sim_bridge.scene.push_scene import FIRST_TAG
from rher_sim_bridge.scene.workplace import GOAL_GROUP
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

# isort: split
# The simulation chooses the OpenGL that mujoco reads when it is first imported.
import mujoco

Vector = NDArray[np.float64]

STREAM = 4
"""Second word of the seeds here."""
DISTANCE = (0.6, 0.9)
"""Of the lens from the cube [m]."""
ELEVATION = (math.radians(25.0), math.radians(80.0))
"""Of the lens above the table, seen from the cube [rad]."""
ROLL = math.radians(20.0)
"""Greatest turn of the picture about the line of sight [rad]."""
OFF_CENTRE = 0.12
"""Greatest distance between the cube and the point looked at, along each axis of the table [m]."""
TOUCHING = 0.5
"""Share of pictures with the tool at the cube."""
TILT = (math.radians(5.0), math.radians(45.0))
"""Of a cube that does not stand upright, about any level axis [rad]."""
LIFT = 0.05
"""How far the lowest corner of such a cube may be above the table [m]."""
MARGIN = 0.2
"""A tag is visible together with most of its white margin, in shares of its size."""
MIN_FACING = math.cos(math.radians(75.0))
"""A tag turned further away does not count as visible."""
HOUSING = 0.05
"""So near to the lens, nothing is in a picture [m]."""
DEPTH_SCALE_ERROR = 1.005
"""A D435 may read this much too far."""
MAGENTA = (0.9, 0.1, 0.8, 1.0)
"""Of the cube without tags."""
OPTICAL_FROM_MUJOCO = np.diag([1.0, -1.0, -1.0])
CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
"""Of a cube of edge 1 about its centre."""


class Stance(Enum):
    """How the cube lies."""

    UPRIGHT = "upright"
    TILTED = "tilted"


@dataclass(frozen=True, eq=False)
class View:
    """One capture and the truth about it."""

    seed: int
    rgb: NDArray[np.uint8]
    """Of the cube with tags, shape (height, width, 3)."""
    grey: NDArray[np.uint8]
    """The same, shape (height, width)."""
    coloured: NDArray[np.uint8]
    """Of a magenta cube without tags in its place, shape (height, width, 3)."""
    depth: NDArray[np.float32]
    """Aligned to them [m], 0 where unknown, shape (height, width)."""
    base_from_camera: Pose
    base_from_cube: Pose
    touching: bool
    visible: int
    """Tags that nothing hides."""


class Studio:
    """Takes pictures of the push scene.

    Args:
        width: [pixel]
        height: [pixel]
        sensor: How far the camera is from ideal.
        fixed: Leave the camera where the scene has it.
    """

    def __init__(self, width: int, height: int, sensor: SensorParameters, fixed: bool = False) -> None:
        self._world = MujocoWorld()
        self._sensor = CameraSensor(sensor, width, height)
        self._fixed = fixed
        model = self._world.model
        self._camera_id = model.camera(CAMERA).id
        self.camera = CameraModel.pinhole(width, height, math.radians(float(model.camera(CAMERA).fovy[0])))
        self._options = mujoco.MjvOption()
        self._options.sitegroup[GOAL_GROUP] = False
        self._renderer = mujoco.Renderer(model, height, width)

    @property
    def cube_size(self) -> float:
        """Edge of the cube [m]."""
        return self._world.task.parameters.cube_size

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the square where cubes lie, in base_link [m]."""
        return self._world.task.parameters.center

    @cached_property
    def rest_height(self) -> float:
        """Height of the centre of a cube that lies on the table, whose contact gives way a little [m]."""
        return float(self._world.reset_state(0, 0).state.objects[0].position[2])

    @cached_property
    def layout(self) -> TagLayout:
        """Tags of the cube."""
        size = self.cube_size
        return cube_layout("cube", size, size * TAG_CELLS / FACE_CELLS, FIRST_TAG)

    def take(self, seed: int, stance: Stance = Stance.UPRIGHT) -> View:
        """Return the capture of a seed."""
        rng = np.random.default_rng((seed, STREAM))
        cube = self._world.reset_state(0, seed).state.objects[0]
        pose = Pose.from_quaternion(cube.orientation, cube.position)
        touching = bool(rng.random() < TOUCHING)
        if touching:
            self._touch(rng, pose.translation)
        if stance is Stance.TILTED:
            pose = self._tilted(rng, pose)
        return self._capture(seed, pose, touching, None if self._fixed else _viewpoint(rng, pose.translation))

    def follow(self, seed: int, pose: Pose) -> View:
        """Return the capture of a cube at a pose of one's choice, by the camera where the scene has it."""
        self._world.reset_state(0, 0)
        return self._capture(seed, pose, False, None)

    def close(self) -> None:
        """Release the graphics."""
        self._renderer.close()
        self._world.close()

    def _touch(self, rng: np.random.Generator, cube: Vector) -> None:
        """Move the tool to the cube: hardly ever is it nearer than the corner."""
        task = self._world.task
        gap = task.parameters.cube_size / math.sqrt(2.0) + task.parameters.tool_radius
        angle = rng.uniform(-math.pi, math.pi)
        lower, upper = task.tcp_box
        place = np.clip(cube[:2] + gap * np.array([math.cos(angle), math.sin(angle)]), lower, upper)
        self._world.arm.place(np.array([*place, task.rest_height]))

    def _tilted(self, rng: np.random.Generator, upright: Pose) -> Pose:
        """Tilt a cube about a level axis and hold it over the table."""
        heading, tilt = rng.uniform(-math.pi, math.pi), rng.uniform(*TILT)
        turn = rotation_from_vector(tilt * np.array([math.cos(heading), math.sin(heading), 0.0]))
        rotation = turn @ upright.rotation
        lowest = float((CORNERS * self.cube_size @ rotation.T)[:, 2].min())
        return Pose(rotation, np.array([*upright.translation[:2], rng.uniform(0.0, LIFT) - lowest]))

    def _capture(self, seed: int, pose: Pose, touching: bool, viewpoint: tuple[Vector, Vector] | None) -> View:
        model, data = self._world.model, self._world.data
        address = int(model.joint("cube").qposadr[0])
        data.qpos[address : address + 7] = (*pose.translation, *pose.quaternion)
        if viewpoint is not None:
            quaternion = np.empty(4)
            mujoco.mju_mat2Quat(quaternion, viewpoint[1].ravel())
            model.cam_pos[self._camera_id], model.cam_quat[self._camera_id] = viewpoint[0], quaternion
        mujoco.mj_forward(model, data)
        rgb = self._sensor.expose(self._render(), seed)
        lens = data.cam_xpos[self._camera_id].copy()
        return View(
            seed=seed,
            rgb=rgb,
            grey=np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8),
            coloured=self._sensor.expose(self._render_coloured(), seed),
            depth=self._sensor.measure(self._render_depth() * np.float32(DEPTH_SCALE_ERROR), seed),
            base_from_camera=Pose(data.cam_xmat[self._camera_id].reshape(3, 3) @ OPTICAL_FROM_MUJOCO, lens),
            base_from_cube=pose,
            touching=touching,
            visible=self._visible_tags(lens, pose),
        )

    def _render(self) -> NDArray[np.uint8]:
        self._renderer.update_scene(self._world.data, CAMERA, self._options)
        return self._renderer.render()

    def _render_coloured(self) -> NDArray[np.uint8]:
        model = self._world.model
        geom = model.geom("cube").id
        material, colour = model.geom_matid[geom], model.geom_rgba[geom].copy()
        model.geom_matid[geom], model.geom_rgba[geom] = -1, MAGENTA
        try:
            return self._render()
        finally:
            model.geom_matid[geom], model.geom_rgba[geom] = material, colour

    def _render_depth(self) -> NDArray[np.float32]:
        self._renderer.enable_depth_rendering()
        try:
            self._renderer.update_scene(self._world.data, CAMERA, self._options)
            return self._renderer.render()
        finally:
            self._renderer.disable_depth_rendering()

    def _visible_tags(self, lens: Vector, cube: Pose) -> int:
        """Return how many tags turn to the lens with nothing in between, judged at points around each."""
        model, data = self._world.model, self._world.data
        body, hit, visible = model.body("cube").id, np.zeros(1, np.int32), 0
        for tag in self.layout.tags:
            corners = cube.apply(_grown(tag.corners, MARGIN))
            normal = cube.rotation @ tag.object_from_tag.rotation[:, 2]
            towards = lens - corners.mean(axis=0)
            if normal @ towards < MIN_FACING * np.linalg.norm(towards):
                continue
            rays = np.concatenate((corners, (corners + np.roll(corners, 1, axis=0)) / 2.0)) - lens
            struck = []
            for ray in rays:
                direction = ray / np.linalg.norm(ray)
                mujoco.mj_ray(model, data, lens + HOUSING * direction, direction, None, 1, -1, hit)
                struck.append(hit[0] >= 0 and model.geom_bodyid[hit[0]] == body)
            visible += all(struck)
        return visible


def _grown(corners: Vector, margin: float) -> Vector:
    """Return a square's corners moved outwards by a share of its size; shape (4, 3)."""
    middle = corners.mean(axis=0)
    return middle + (corners - middle) * (1.0 + margin)


def _viewpoint(rng: np.random.Generator, cube: Vector) -> tuple[Vector, Vector]:
    """Draw a camera that sees the cube; return its position and the matrix of MuJoCo's camera axes."""
    azimuth, elevation = rng.uniform(-math.pi, math.pi), rng.uniform(*ELEVATION)
    level = math.cos(elevation)
    towards = np.array([level * math.cos(azimuth), level * math.sin(azimuth), math.sin(elevation)])
    position = cube + rng.uniform(*DISTANCE) * towards
    aim = cube + np.array([*rng.uniform(-OFF_CENTRE, OFF_CENTRE, 2), 0.0])
    back = (position - aim) / np.linalg.norm(position - aim)
    right = np.cross((0.0, 0.0, 1.0), back)
    right /= np.linalg.norm(right)
    rotation = np.column_stack((right, np.cross(back, right), back))
    return position, rotation @ rotation_from_vector(np.array([0.0, 0.0, rng.uniform(-ROLL, ROLL)]))
