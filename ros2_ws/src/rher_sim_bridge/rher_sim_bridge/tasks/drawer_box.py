# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The scene of drawer_box: a hollow chest with a drawer, and a cube in it."""

from __future__ import annotations

import mujoco
import numpy as np
from rher_agent.tasks.drawer import PAST_THE_WAY
from rher_agent.tasks.drawer_box import (
    BAR,
    CHEST,
    CHEST_MIDDLE,
    CLOSED,
    TRAY,
    TRAY_MIDDLE,
    WALL,
    WAY,
    DrawerBoxTask,
)
from rher_robot_driver.kinematics.dh import ArmModel

from rher_sim_bridge.scene.cube import add_cube
from rher_sim_bridge.scene.gripper import Gripper
from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.scene.workplace import finish_scene, start_scene
from rher_sim_bridge.tasks.drawer import LIGHT_WOOD, WOOD, add_drawer

BOARD = 0.010
"""Thickness of the chest's boards [m]."""


def build_scene(
    task: DrawerBoxTask, arm: ArmModel, physics_timestep: float, plate: Plate | None = None
) -> mujoco.MjSpec:
    """Build the scene of a chest with a cube in its drawer.

    Args:
        task: Gives sizes and places.
        arm: Which arm stands on the table.
        physics_timestep: Of the integrator [s].
        plate: What the tool holds to calibrate a camera; None for nothing.
    """
    parameters = task.parameters
    handle, cube = task.object_names
    gripper = Gripper(tip_radius=parameters.tool_radius, opens=True)
    spec = start_scene(task, arm, gripper, physics_timestep, plate)
    _add_chest(spec)
    _add_tray(add_drawer(spec, handle, CLOSED, BAR, WAY[1] + PAST_THE_WAY))
    add_cube(spec, cube, parameters.cube_size, 0)
    return finish_scene(spec, task)


def _add_chest(spec: mujoco.MjSpec) -> None:
    """Add top, sides and back."""
    length, width, height = CHEST
    boards = (
        ((0.0, 0.0, (height - BOARD) / 2.0), (length, width, BOARD)),
        ((0.0, (width - BOARD) / 2.0, 0.0), (length, BOARD, height)),
        ((0.0, -(width - BOARD) / 2.0, 0.0), (length, BOARD, height)),
        (((length - BOARD) / 2.0, 0.0, 0.0), (BOARD, width, height)),
    )
    for place, size in boards:
        spec.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_BOX, pos=CHEST_MIDDLE + place, size=np.array(size) / 2.0, rgba=WOOD
        )


def _add_tray(drawer: mujoco.MjsBody) -> None:
    """Add floor, sides and back behind the front."""
    length, width, height = TRAY
    boards = (
        ((0.0, 0.0, (WALL - height) / 2.0), (length, width, WALL)),
        ((0.0, (width + WALL) / 2.0, 0.0), (length, WALL, height)),
        ((0.0, -(width + WALL) / 2.0, 0.0), (length, WALL, height)),
        (((length + WALL) / 2.0, 0.0, 0.0), (WALL, width, height)),
    )
    for place, size in boards:
        drawer.add_geom(
            type=mujoco.mjtGeom.mjGEOM_BOX,
            pos=TRAY_MIDDLE + place,
            size=np.array(size) / 2.0,
            mass=0.0,
            rgba=LIGHT_WOOD,
        )
