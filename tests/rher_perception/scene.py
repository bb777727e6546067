# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A small rendered world: a table, two cubes that carry the same tags, and a camera that can be put anywhere."""

from __future__ import annotations

import math

import cv2
import mujoco
import numpy as np
from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose
from rher_perception.objects.layout import TagLayout, cube_layout
from rher_sim_bridge.scene.cube import add_cube
from rher_sim_bridge.scene.table import add_table

CUBE_SIZE = 0.05
TAG_SIZE = 0.04
FIELD = math.radians(42.0)
AWAY = Pose(np.eye(3), np.array([50.0, 0.0, 0.0]))
OPTICAL_FROM_MUJOCO = np.diag([1.0, -1.0, -1.0])
BLUR = 0.5
NOISE = 2.0


def look_at(position: np.ndarray, target: np.ndarray) -> Pose:
    """Return base_from_camera of a level optical frame."""
    forward = (target - position) / np.linalg.norm(target - position)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    return Pose(np.column_stack((right, np.cross(forward, right), forward)), position)


def yawed(x: float, y: float, yaw: float, height: float = CUBE_SIZE / 2.0) -> Pose:
    """Return the pose of an upright cube."""
    return Pose.from_quaternion([math.cos(yaw / 2.0), 0.0, 0.0, math.sin(yaw / 2.0)], [x, y, height])


class Studio:
    """Takes pictures of the cubes."""

    def __init__(self, width: int = 640, height: int = 480) -> None:
        self.camera = CameraModel.pinhole(width, height, FIELD)
        self.layout: TagLayout = cube_layout("cube", CUBE_SIZE, TAG_SIZE, 0)
        spec = mujoco.MjSpec()
        spec.visual.quality.offsamples = 0
        spec.visual.quality.shadowsize = 0
        spec.visual.global_.offwidth, spec.visual.global_.offheight = width, height
        add_table(spec, 0.0)
        for name in ("cube", "twin"):
            add_cube(spec, name, CUBE_SIZE, 0)
        spec.worldbody.add_camera(name="camera", fovy=math.degrees(FIELD))
        spec.worldbody.add_light(
            pos=(0.5, 0.0, 2.5),
            dir=(0.0, 0.0, -1.0),
            type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
            castshadow=False,
            diffuse=(0.6, 0.6, 0.6),
        )
        self._model = spec.compile()
        self._data = mujoco.MjData(self._model)
        self._renderer = mujoco.Renderer(self._model, height, width)
        self._materials, self._colours = self._model.geom_matid.copy(), self._model.geom_rgba.copy()

    def _place(self, base_from_camera: Pose, cube: Pose, twin: Pose) -> None:
        for name, pose in (("cube", cube), ("twin", twin)):
            address = int(self._model.joint(name).qposadr[0])
            self._data.qpos[address : address + 3] = pose.translation
            self._data.qpos[address + 3 : address + 7] = pose.quaternion
        camera = self._model.camera("camera").id
        self._model.cam_pos[camera] = base_from_camera.translation
        axes = Pose(base_from_camera.rotation @ OPTICAL_FROM_MUJOCO, np.zeros(3))
        self._model.cam_quat[camera] = axes.quaternion
        mujoco.mj_forward(self._model, self._data)

    def grey(self, base_from_camera: Pose, cube: Pose, seed: int = 0, twin: Pose = AWAY) -> np.ndarray:
        """Return a picture with blur and noise, shape (height, width)."""
        self._place(base_from_camera, cube, twin)
        self._renderer.update_scene(self._data, "camera")
        grey = cv2.cvtColor(self._renderer.render(), cv2.COLOR_RGB2GRAY).astype(np.float64)
        noisy = cv2.GaussianBlur(grey, (0, 0), BLUR) + np.random.default_rng(seed).normal(0.0, NOISE, grey.shape)
        return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)

    def coloured(
        self, base_from_camera: Pose, cube: Pose, seed: int = 0, twin: Pose = AWAY
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return colour and aligned depth [m] with the noise of a D435, the cubes being magenta without tags."""
        rng = np.random.default_rng(seed)
        for name in ("cube", "twin"):
            geom = self._model.geom(name).id
            self._model.geom_matid[geom] = -1
            self._model.geom_rgba[geom] = (0.9, 0.1, 0.8, 1.0)
        self._place(base_from_camera, cube, twin)
        self._renderer.update_scene(self._data, "camera")
        colour = self._renderer.render().astype(np.float64)
        self._renderer.enable_depth_rendering()
        self._renderer.update_scene(self._data, "camera")
        depth = self._renderer.render().copy()
        self._renderer.disable_depth_rendering()
        self._model.geom_matid[:], self._model.geom_rgba[:] = self._materials, self._colours
        colour = np.clip(np.rint(colour + rng.normal(0.0, NOISE, colour.shape)), 0, 255).astype(np.uint8)
        depth *= 1.005 + rng.normal(0.0, 0.004, depth.shape).astype(np.float32)
        depth[rng.random(depth.shape) < 0.05] = 0.0
        return colour, depth

    def close(self) -> None:
        self._renderer.close()
