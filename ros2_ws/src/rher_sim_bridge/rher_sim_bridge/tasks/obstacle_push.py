# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The scene of obstacle_push: that of a push, and a wall."""

from __future__ import annotations

import mujoco
from rher_agent.tasks.obstacle_push import WALL, WALL_SIZE, ObstaclePushTask
from rher_robot_driver.kinematics.dh import ArmModel

from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.scene.push_scene import build_push_scene

COLOUR = (0.35, 0.38, 0.45, 1.0)


def build_scene(
    task: ObstaclePushTask, arm: ArmModel, physics_timestep: float, plate: Plate | None = None
) -> mujoco.MjSpec:
    """Build the scene of a push with a wall that the world moves at every reset.

    Args:
        task: Gives sizes and places.
        arm: Which arm stands on the table.
        physics_timestep: Of the integrator [s].
        plate: What the tool holds to calibrate a camera; None for nothing.
    """
    spec = build_push_scene(task, arm, physics_timestep, plate)
    spec.worldbody.add_body(name=WALL, mocap=True).add_geom(
        name=WALL, type=mujoco.mjtGeom.mjGEOM_BOX, size=[length / 2.0 for length in WALL_SIZE], rgba=COLOUR
    )
    return spec
