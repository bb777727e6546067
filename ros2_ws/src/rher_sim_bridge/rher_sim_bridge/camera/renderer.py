# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Ideal pictures of a task's scene, from the generalised positions of everything in it.

Use a renderer from the thread that made it only: OpenGL belongs to its thread.
"""

from __future__ import annotations

import math

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_agent.tasks.task import Task
from rher_perception.camera_model import CameraModel
from rher_robot_driver.kinematics.dh import UR_ARMS

from rher_sim_bridge.scene.camera import CAMERA
from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.scene.workplace import GOAL_GROUP
from rher_sim_bridge.tasks.registry import build_scene

Vector = NDArray[np.float64]

PHYSICS_TIMESTEP = 0.005
"""Of the scene [s]; nothing is simulated here."""
NO_MATERIAL = -1
"""Of a geom that has only its colour."""


class SceneRenderer:
    """Renders what the scene's fixed camera sees.

    Args:
        task: Whose scene it is.
        width: Of the pictures [pixel].
        height: Of the pictures [pixel].
        arm: Model of the arm, a key of UR_ARMS.
        plate: What the tool holds to calibrate the camera; None for nothing.
    """

    def __init__(self, task: Task, width: int, height: int, arm: str = "ur5e", plate: Plate | None = None) -> None:
        self._model = build_scene(task, UR_ARMS[arm], PHYSICS_TIMESTEP, plate).compile()
        self._data = mujoco.MjData(self._model)
        self._options = mujoco.MjvOption()
        self._options.sitegroup[GOAL_GROUP] = False
        self._renderer = mujoco.Renderer(self._model, height, width)
        self.camera = CameraModel.pinhole(width, height, math.radians(float(self._model.camera(CAMERA).fovy[0])))
        """Intrinsics."""
        self._cube = int(self._model.geom(task.object_names[0]).id)
        self._tags = int(self._model.geom_matid[self._cube])

    def place(self, positions: Vector) -> None:
        """Arrange the scene.

        Args:
            positions: Generalised positions [m], [rad], shape (nq,).

        Raises:
            ValueError: There are more or fewer, or one is not finite.
        """
        if np.shape(positions) != (self._model.nq,) or not np.isfinite(positions).all():
            raise ValueError(f"positions are {positions}; allowed: {self._model.nq} finite numbers")
        self._data.qpos[:] = positions
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)

    def cover_cube(self, is_covered: bool) -> None:
        """Show the cube without its tags, or with them."""
        self._model.geom_matid[self._cube] = NO_MATERIAL if is_covered else self._tags

    def colour(self) -> NDArray[np.uint8]:
        """Return the picture; shape (height, width, 3), RGB."""
        self._renderer.update_scene(self._data, CAMERA, self._options)
        return self._renderer.render()

    def depth(self) -> NDArray[np.float32]:
        """Return the distance along the optical axis [m]; shape (height, width)."""
        self._renderer.enable_depth_rendering()
        try:
            self._renderer.update_scene(self._data, CAMERA, self._options)
            return self._renderer.render()
        finally:
            self._renderer.disable_depth_rendering()

    def close(self) -> None:
        """Release the graphics."""
        self._renderer.close()
