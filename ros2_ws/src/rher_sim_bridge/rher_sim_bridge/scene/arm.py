# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A UR arm as MuJoCo bodies, generated from its Denavit-Hartenberg table.

The frames are those of the arm's published description: link i stands at Trans(a, 0, 0) RotX(alpha) Trans(0, 0, d) of
its parent, with a and alpha of the link before and d of its own, and turns about its z. The base is turned by pi, so
that MuJoCo's world is base_link (REP-103). Shapes are capsules and cylinders, for contacts and for the eye.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_robot_driver.kinematics.dh import ArmModel
from transforms3d.axangles import axangle2mat
from transforms3d.quaternions import axangle2quat

JOINT_NAMES = (
    "shoulder_pan_joint",
    "shoulder_lift_joint",
    "elbow_joint",
    "wrist_1_joint",
    "wrist_2_joint",
    "wrist_3_joint",
)
LINK_NAMES = ("shoulder_link", "upper_arm_link", "forearm_link", "wrist_1_link", "wrist_2_link", "wrist_3_link")

ARMATURE = 0.1
"""Rotor inertia seen at the joint, behind a gear of about 1:100 [kg m^2]."""
SERVO_BANDWIDTH = 100.0
"""Natural frequency of the joint servos, critically damped [rad/s]: they trail a steady motion by 2/100 s."""
SERVO_INERTIA = (2.0, 2.2, 1.24, 0.16, 0.13, 0.10)
"""What the gains are made for: the diagonal of the arm's inertia with the tool in the middle of the table [kg m^2]."""

LIGHT = (0.82, 0.84, 0.86, 1.0)
JOINT_BLUE = (0.36, 0.55, 0.71, 1.0)


@dataclass(frozen=True)
class Rod:
    """One capsule or cylinder of a link, from start to end in the frame of the link [m]."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radius: float
    """[m]"""
    is_capsule: bool = False


@dataclass(frozen=True, eq=False)
class Inertia:
    """Inertia of a link, in its own frame."""

    mass: float
    """[kg]"""
    center: NDArray[np.float64]
    """Centre of mass [m], shape (3,)."""
    moments: NDArray[np.float64]
    """Moments about the centre, along the axes of the link [kg m^2], shape (3,)."""


# Offsets of the tubes along the axes of shoulder and elbow, and radii, as measured on the arm's published drawings [m].
_UPPER_ARM_OFFSET = 0.138
_FOREARM_OFFSET = 0.007
_BASE_RADIUS = 0.075
_SHOULDER_RADIUS = 0.060
_UPPER_ARM_RADIUS = 0.054
_FOREARM_RADIUS = 0.045
_WRIST_RADIUS = 0.038


def link_rods(model: ArmModel) -> tuple[tuple[Rod, ...], ...]:
    """Return the shapes of the six links, each in its own frame."""
    upper, fore = model.dh.a[1], model.dh.a[2]
    return (
        (Rod((0, 0, -0.055), (0, 0, 0.055), _SHOULDER_RADIUS),),
        (
            Rod((0, 0, _SHOULDER_RADIUS), (0, 0, _UPPER_ARM_OFFSET + 0.055), _SHOULDER_RADIUS),
            Rod((0, 0, _UPPER_ARM_OFFSET), (upper, 0, _UPPER_ARM_OFFSET), _UPPER_ARM_RADIUS, is_capsule=True),
            Rod((upper, 0, _UPPER_ARM_OFFSET - 0.07), (upper, 0, _UPPER_ARM_OFFSET + 0.055), _UPPER_ARM_RADIUS),
        ),
        (
            Rod((0, 0, _FOREARM_OFFSET - 0.055), (0, 0, _FOREARM_OFFSET + 0.055), _UPPER_ARM_RADIUS),
            Rod((0, 0, _FOREARM_OFFSET), (fore, 0, _FOREARM_OFFSET), _FOREARM_RADIUS, is_capsule=True),
            Rod((fore, 0, _FOREARM_OFFSET - 0.045), (fore, 0, _FOREARM_OFFSET + 0.070), _FOREARM_RADIUS),
        ),
        (Rod((0, 0, -0.050), (0, 0, 0.050), _WRIST_RADIUS),),
        (Rod((0, 0, -0.050), (0, 0, 0.050), _WRIST_RADIUS),),
        (Rod((0, 0, -0.050), (0, 0, 0.0), _WRIST_RADIUS),),
    )


def base_rod(model: ArmModel) -> Rod:
    """Return the shape of the foot, in the frame of the base."""
    return Rod((0, 0, 0), (0, 0, model.dh.d[0] - 0.070), _BASE_RADIUS)


def link_poses(model: ArmModel) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
    """Return where each link stands on its parent at joint angle zero: position [m] and quaternion w, x, y, z."""
    a, d, alpha = model.dh.a, model.dh.d, model.dh.alpha
    poses = []
    for i in range(len(LINK_NAMES)):
        length, twist = (a[i - 1], alpha[i - 1]) if i else (0.0, 0.0)
        position = np.array([length, 0.0, 0.0]) + axangle2mat((1.0, 0.0, 0.0), twist) @ np.array([0.0, 0.0, d[i]])
        poses.append((position, axangle2quat((1.0, 0.0, 0.0), twist)))
    return tuple(poses)


def link_inertias(model: ArmModel) -> tuple[Inertia, ...]:
    """Return the links' published masses and centres, with a solid cylinder's inertia for the longest rod."""
    return tuple(
        _link_inertia(mass, center, (a, alpha), rods)
        for mass, center, a, alpha, rods in zip(
            model.link_masses, model.link_centers_of_mass, model.dh.a, model.dh.alpha, link_rods(model), strict=True
        )
    )


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


def _link_inertia(
    mass: float, center: tuple[float, float, float], end: tuple[float, float], rods: tuple[Rod, ...]
) -> Inertia:
    """Return a link's inertia.

    Args:
        mass: [kg]
        center: Centre of mass in the DH frame at the end of the link [m].
        end: The link's DH length [m] and twist [rad], which lead to that frame.
        rods: Shapes of the link.
    """
    length, twist = end
    longest = max(rods, key=lambda rod: float(np.linalg.norm(np.subtract(rod.end, rod.start))))
    span = np.subtract(longest.end, longest.start)
    across = mass * (3.0 * longest.radius**2 + float(span @ span)) / 12.0
    moments = np.full(3, across)
    moments[int(np.argmax(np.abs(span)))] = mass * longest.radius**2 / 2.0
    turned = axangle2mat((1.0, 0.0, 0.0), twist) @ np.array(center)
    return Inertia(mass, np.array([length, 0.0, 0.0]) + turned, moments)


def _add_rod(body: mujoco.MjsBody, name: str, rod: Rod, colour: tuple[float, float, float, float]) -> None:
    kind = mujoco.mjtGeom.mjGEOM_CAPSULE if rod.is_capsule else mujoco.mjtGeom.mjGEOM_CYLINDER
    body.add_geom(name=name, type=kind, fromto=(*rod.start, *rod.end), size=(rod.radius, 0.0, 0.0), rgba=colour)
