# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The scene of the tasks that push: arm, closed gripper, table, cubes, goals and camera."""

from __future__ import annotations

import mujoco
from rher_agent.tasks.push import PushTask
from rher_robot_driver.kinematics.dh import ArmModel

from rher_sim_bridge.scene.apriltag import FACES
from rher_sim_bridge.scene.cube import add_cube
from rher_sim_bridge.scene.gripper import Gripper
from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.scene.workplace import finish_scene, start_scene

FIRST_TAG = 0
"""AprilTag id on top of the first cube."""


def build_push_scene(
    task: PushTask, arm: ArmModel, physics_timestep: float, plate: Plate | None = None
) -> mujoco.MjSpec:
    """Build the scene of a push task.

    Args:
        task: Gives sizes and places.
        arm: Which arm stands on the table.
        physics_timestep: Of the integrator [s].
        plate: What the tool holds to calibrate a camera; None for nothing.
    """
    parameters = task.parameters
    spec = start_scene(task, arm, Gripper(tip_radius=parameters.tool_radius), physics_timestep, plate)
    for index, name in enumerate(task.object_names):
        add_cube(spec, name, parameters.cube_size, FIRST_TAG + FACES * index)
    return finish_scene(spec, task, below=parameters.cube_size / 2.0)
