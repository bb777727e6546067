# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the scenes of all tasks share: physics, light, table, arm and marks of the goals."""

from __future__ import annotations

import mujoco
from rher_agent.tasks.task import Task
from rher_robot_driver.kinematics.dh import ArmModel

from rher_sim_bridge.scene.arm import add_arm
from rher_sim_bridge.scene.camera import add_camera, add_overview
from rher_sim_bridge.scene.gripper import TOOL_BODY, Gripper, add_gripper
from rher_sim_bridge.scene.plate import Plate, add_plate
from rher_sim_bridge.scene.table import add_table

GOAL_GROUP = 1
"""Group of the sites that mark the goal: people see it, cameras do not."""
GOAL_COLOUR = (0.10, 0.75, 0.25, 0.45)
GOAL_THICKNESS = 0.001
"""Half of a mark on the table [m]."""
IMPULSE_RATIO = 10.0
"""Of friction to normal impedance; more than 1 keeps a pushed or resting cube from creeping under elliptic cones."""
PICTURE = (1280, 720)
"""Greatest picture that can be rendered, width and height [pixels]."""


def start_scene(
    task: Task, arm: ArmModel, gripper: Gripper, physics_timestep: float, plate: Plate | None
) -> mujoco.MjSpec:
    """Build a table with an arm.

    Args:
        task: Gives its name, and tells how high the table is.
        arm: Which arm stands on the table.
        gripper: On its flange.
        physics_timestep: Of the integrator [s].
        plate: What the tool holds to calibrate a camera; None for nothing.
    """
    spec = mujoco.MjSpec()
    spec.modelname = task.name
    spec.compiler.degree = False
    _set_options(spec, physics_timestep)
    _set_visuals(spec)
    add_table(spec, task.parameters.table_height)
    add_gripper(spec, add_arm(spec, arm), gripper)
    if plate is not None:
        add_plate(spec, spec.body(TOOL_BODY), plate)
    return spec


def goal_body(index: int) -> str:
    """Return the name of the body that marks the goal of an object."""
    return f"goal_{index}" if index else "goal"


def add_goal(spec: mujoco.MjSpec, index: int, tolerance: float, below: float | None = None) -> None:
    """Add the mark of an object's goal, which the world moves at every reset; it takes part in nothing.

    Args:
        spec: Where to add it.
        index: Of the object.
        tolerance: Radius of the mark [m].
        below: How far below the goal a disc lies, on the table [m]; None for a sphere around the goal.
    """
    flat = below is not None
    spec.worldbody.add_body(name=goal_body(index), mocap=True).add_site(
        name=goal_body(index),
        type=mujoco.mjtGeom.mjGEOM_CYLINDER if flat else mujoco.mjtGeom.mjGEOM_SPHERE,
        size=(tolerance, GOAL_THICKNESS if flat else 0.0, 0.0),
        pos=(0.0, 0.0, GOAL_THICKNESS - below if below is not None else 0.0),
        rgba=GOAL_COLOUR,
        group=GOAL_GROUP,
    )


def finish_scene(spec: mujoco.MjSpec, task: Task, below: float | None = None) -> mujoco.MjSpec:
    """Add what every scene ends with, the marks of the goals and what looks at it, and return it.

    Args:
        spec: From start_scene, with all that is moved or in the way.
        task: Whose goals.
        below: See add_goal.
    """
    for index in range(len(task.object_names)):
        add_goal(spec, index, task.parameters.tolerance, below)
    add_camera(spec, task.parameters.center)
    add_overview(spec)
    return spec


def _set_options(spec: mujoco.MjSpec, physics_timestep: float) -> None:
    spec.option.timestep = physics_timestep
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.impratio = IMPULSE_RATIO


def _set_visuals(spec: mujoco.MjSpec) -> None:
    # Software rendering pays dearly for multisampling and shadow maps.
    spec.visual.quality.offsamples = 0
    spec.visual.quality.shadowsize = 0
    spec.visual.global_.offwidth, spec.visual.global_.offheight = PICTURE
    spec.add_texture(
        name="sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT,
        rgb1=(0.93, 0.95, 0.97),
        rgb2=(0.62, 0.68, 0.74),
        width=64,
        height=384,
    )
    spec.worldbody.add_light(
        pos=(0.5, 0.0, 2.5),
        dir=(0.0, 0.0, -1.0),
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        castshadow=False,
        diffuse=(0.6, 0.6, 0.6),
    )
