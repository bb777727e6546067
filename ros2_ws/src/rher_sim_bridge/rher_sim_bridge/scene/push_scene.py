# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The push task's scene: arm, closed gripper, table, cube, goal and camera."""

from __future__ import annotations

import mujoco
from rher_agent.tasks.push import PushTask
from rher_robot_driver.kinematics.dh import ArmModel

from rher_sim_bridge.scene.arm import add_arm
from rher_sim_bridge.scene.camera import add_camera, add_overview
from rher_sim_bridge.scene.cube import add_cube
from rher_sim_bridge.scene.gripper import TOOL_BODY, Gripper, add_gripper
from rher_sim_bridge.scene.plate import Plate, add_plate
from rher_sim_bridge.scene.table import add_table

GOAL_BODY = "goal"
GOAL_GROUP = 1
"""Group of the sites that mark the goal: people see it, cameras do not."""
GOAL_COLOUR = (0.10, 0.75, 0.25, 0.45)
FIRST_TAG = 0
"""AprilTag id on top of the cube."""
IMPULSE_RATIO = 10.0
"""Of friction to normal impedance; more than 1 keeps a pushed or resting cube from creeping under elliptic cones."""
PICTURE = (1280, 720)
"""Greatest picture that can be rendered, width and height [pixels]."""


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
    spec = mujoco.MjSpec()
    spec.modelname = "push"
    spec.compiler.degree = False
    _set_options(spec, physics_timestep)
    _set_visuals(spec)
    parameters = task.parameters
    add_table(spec)
    flange = add_arm(spec, arm)
    add_gripper(spec, flange, Gripper(tip_radius=parameters.tool_radius))
    if plate is not None:
        add_plate(spec, spec.body(TOOL_BODY), plate)
    for name in task.object_names:
        add_cube(spec, name, parameters.cube_size, FIRST_TAG)
    # The goal is a mark, moved by the world at every reset; it takes part in nothing.
    spec.worldbody.add_body(name=GOAL_BODY, mocap=True).add_site(
        name=GOAL_BODY,
        type=mujoco.mjtGeom.mjGEOM_CYLINDER,
        size=(parameters.tolerance, 0.001, 0.0),
        pos=(0.0, 0.0, 0.001 - parameters.cube_size / 2.0),
        rgba=GOAL_COLOUR,
        group=GOAL_GROUP,
    )
    add_camera(spec, parameters.center)
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
