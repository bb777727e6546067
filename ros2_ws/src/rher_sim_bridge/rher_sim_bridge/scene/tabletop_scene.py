# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Cubes on a table before an arm with an opening gripper."""

from __future__ import annotations

import mujoco
from rher_agent.tasks.tabletop import TabletopTask
from rher_robot_driver.kinematics.dh import ArmModel

from rher_sim_bridge.scene.apriltag import FACES
from rher_sim_bridge.scene.cube import add_cube
from rher_sim_bridge.scene.gripper import Gripper
from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.scene.workplace import finish_scene, start_scene


def build_tabletop_scene(
    task: TabletopTask, arm: ArmModel, physics_timestep: float, plate: Plate | None = None
) -> mujoco.MjSpec:
    """Build the scene of a task with cubes only.

    Args:
        task: Gives sizes and places.
        arm: Which arm stands on the table.
        physics_timestep: Of the integrator [s].
        plate: What the tool holds to calibrate a camera; None for nothing.
    """
    parameters = task.parameters
    gripper = Gripper(tip_radius=parameters.tool_radius, opens=True)
    spec = start_scene(task, arm, gripper, physics_timestep, plate)
    for index, name in enumerate(task.object_names):
        add_cube(spec, name, parameters.cube_size, FACES * index)
    return finish_scene(spec, task)
