# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The scene of insert: four walls around a square hole."""

from __future__ import annotations

import mujoco
from rher_agent.tasks.insert import DEPTH, HOLE, SOCKET, WALL, InsertTask
from rher_robot_driver.kinematics.dh import ArmModel

from rher_sim_bridge.scene.gripper import Gripper
from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.scene.workplace import finish_scene, start_scene

COLOUR = (0.35, 0.38, 0.45, 1.0)


def build_scene(task: InsertTask, arm: ArmModel, physics_timestep: float, plate: Plate | None = None) -> mujoco.MjSpec:
    """Build the scene of a socket that the world moves at every reset.

    Args:
        task: Gives sizes and places.
        arm: Which arm stands on the table.
        physics_timestep: Of the integrator [s].
        plate: What the tool holds to calibrate a camera; None for nothing.
    """
    spec = start_scene(task, arm, Gripper(tip_radius=task.parameters.tool_radius), physics_timestep, plate)
    socket = spec.worldbody.add_body(name=SOCKET, mocap=True)
    middle, long = HOLE + WALL / 2.0, HOLE + WALL
    for x, y, half_x, half_y in (
        (middle, 0.0, WALL / 2.0, long),
        (-middle, 0.0, WALL / 2.0, long),
        (0.0, middle, HOLE, WALL / 2.0),
        (0.0, -middle, HOLE, WALL / 2.0),
    ):
        socket.add_geom(
            type=mujoco.mjtGeom.mjGEOM_BOX,
            pos=(x, y, DEPTH / 2.0),
            size=(half_x, half_y, DEPTH / 2.0),
            rgba=COLOUR,
        )
    return finish_scene(spec, task)
