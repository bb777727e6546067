# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The scene of drawer: a chest on the table whose drawer slides towards the arm."""

from __future__ import annotations

import mujoco
import numpy as np
from rher_agent.tasks.drawer import (
    BAR,
    BAR_MIDDLE,
    CHEST,
    CHEST_MIDDLE,
    CLOSED,
    FRONT,
    FRONT_MIDDLE,
    GAP,
    PAST_THE_WAY,
    STEM_WIDTH,
    WAY,
    DrawerTask,
)
from rher_robot_driver.kinematics.dh import ArmModel

from rher_sim_bridge.scene.gripper import Gripper
from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.scene.workplace import finish_scene, start_scene

MASS = 0.6
"""Of the drawer [kg]."""
FRICTION = 3.0
"""Of the drawer in its slide [N]."""
DAMPING = 15.0
"""[N s/m]"""
WOOD = (0.62, 0.45, 0.28, 1.0)
LIGHT_WOOD = (0.80, 0.64, 0.44, 1.0)
METAL = (0.45, 0.47, 0.50, 1.0)


def build_scene(task: DrawerTask, arm: ArmModel, physics_timestep: float, plate: Plate | None = None) -> mujoco.MjSpec:
    """Build the scene of a chest with a drawer.

    Args:
        task: Gives sizes and places.
        arm: Which arm stands on the table.
        physics_timestep: Of the integrator [s].
        plate: What the tool holds to calibrate a camera; None for nothing.
    """
    gripper = Gripper(tip_radius=task.parameters.tool_radius)
    spec = start_scene(task, arm, gripper, physics_timestep, plate)
    spec.worldbody.add_geom(
        name="chest", type=mujoco.mjtGeom.mjGEOM_BOX, pos=CHEST_MIDDLE, size=np.array(CHEST) / 2.0, rgba=WOOD
    )
    add_drawer(spec, task.object_names[0], CLOSED, BAR, WAY[1] + PAST_THE_WAY)
    return finish_scene(spec, task)


def add_drawer(
    spec: mujoco.MjSpec,
    name: str,
    closed: tuple[float, float, float],
    bar: tuple[float, float, float],
    reach: float,
) -> mujoco.MjsBody:
    """Add the front of a drawer with its handle, a body whose origin is the middle of the gap behind the bar.

    Args:
        spec: Where to add it.
        name: Of the body and its slide.
        closed: Its place when shut, in base_link [m].
        bar: Size of the bar along x, y and z [m].
        reach: How far it can be pulled out [m].
    """
    box = mujoco.mjtGeom.mjGEOM_BOX
    drawer = spec.worldbody.add_body(name=name, pos=closed)
    drawer.add_joint(
        name=name,
        type=mujoco.mjtJoint.mjJNT_SLIDE,
        axis=(-1.0, 0.0, 0.0),
        range=(0.0, reach),
        limited=mujoco.mjtLimited.mjLIMITED_TRUE,
        damping=DAMPING,
        frictionloss=FRICTION,
    )
    drawer.add_geom(name="front", type=box, pos=FRONT_MIDDLE, size=np.array(FRONT) / 2.0, mass=MASS, rgba=LIGHT_WOOD)
    drawer.add_geom(name="bar", type=box, pos=BAR_MIDDLE, size=np.array(bar) / 2.0, mass=0.0, rgba=METAL)
    for side in (-1.0, 1.0):
        drawer.add_geom(
            type=box,
            pos=(0.0, side * (bar[1] - STEM_WIDTH) / 2.0, 0.0),
            size=(GAP / 2.0, STEM_WIDTH / 2.0, bar[2] / 2.0),
            mass=0.0,
            rgba=METAL,
        )
    return drawer
