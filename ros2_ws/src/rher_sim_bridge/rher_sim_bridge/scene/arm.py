# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A UR arm as MuJoCo bodies, generated from its Denavit-Hartenberg table.

Frames, shapes and inertia are those of the arm's description. The base is turned by pi, so that MuJoCo's world is
base_link (REP-103).
"""

from __future__ import annotations

import mujoco
import numpy as np
from rher_robot_driver.description.links import (
    JOINT_BLUE,
    JOINT_NAMES,
    LIGHT,
    LINK_NAMES,
    Rod,
    base_rod,
    link_inertias,
    link_poses,
    link_rods,
)
from rher_robot_driver.kinematics.dh import ArmModel
from transforms3d.quaternions import axangle2quat

ARMATURE = 0.1
"""Rotor inertia seen at the joint, behind a gear of about 1:100 [kg m^2]."""
SERVO_BANDWIDTH = 100.0
"""Natural frequency of the joint servos, critically damped [rad/s]: they trail a steady motion by 2/100 s."""
SERVO_INERTIA = (2.0, 2.2, 1.24, 0.16, 0.13, 0.10)
"""What the gains are made for: the diagonal of the arm's inertia with the tool in the middle of the table [kg m^2]."""


def add_arm(spec: mujoco.MjSpec, model: ArmModel) -> mujoco.MjsBody:
    """Add the arm, its joints and its joint servos, and return the flange's body, whose z points out of the flange."""
    body = spec.worldbody.add_body(name="base", quat=axangle2quat((0.0, 0.0, 1.0), np.pi))
    _add_rod(body, "base", base_rod(model), LIGHT)
    poses, rods, inertias = link_poses(model), link_rods(model), link_inertias(model)
    for i, (link, joint) in enumerate(zip(LINK_NAMES, JOINT_NAMES, strict=True)):
        position, quaternion = poses[i]
        # The controller of the arm compensates gravity, hence gravcomp.
        body = body.add_body(name=link, pos=position, quat=quaternion, gravcomp=1.0)
        body.explicitinertial = True
        body.mass, body.ipos, body.inertia = inertias[i].mass, inertias[i].center, inertias[i].moments
        for n, rod in enumerate(rods[i]):
            _add_rod(body, f"{link}_{n}", rod, LIGHT if rod.is_capsule else JOINT_BLUE)
        body.add_joint(
            name=joint,
            type=mujoco.mjtJoint.mjJNT_HINGE,
            axis=(0.0, 0.0, 1.0),
            range=(model.joint_lower[i], model.joint_upper[i]),
            limited=mujoco.mjtLimited.mjLIMITED_TRUE,
            armature=ARMATURE,
        )
        actuator = spec.add_actuator(name=joint, target=joint, trntype=mujoco.mjtTrn.mjTRN_JOINT)
        actuator.set_to_position(kp=SERVO_INERTIA[i] * SERVO_BANDWIDTH**2, kv=2.0 * SERVO_INERTIA[i] * SERVO_BANDWIDTH)
        actuator.forcelimited = mujoco.mjtLimited.mjLIMITED_TRUE
        actuator.forcerange = (-model.joint_torque_limits[i], model.joint_torque_limits[i])
    return body


def _add_rod(body: mujoco.MjsBody, name: str, rod: Rod, colour: tuple[float, float, float, float]) -> None:
    kind = mujoco.mjtGeom.mjGEOM_CAPSULE if rod.is_capsule else mujoco.mjtGeom.mjGEOM_CYLINDER
    body.add_geom(name=name, type=kind, fromto=(*rod.start, *rod.end), size=(rod.radius, 0.0, 0.0), rgba=colour)
