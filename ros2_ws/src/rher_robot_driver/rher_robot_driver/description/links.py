# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The links of a UR arm, generated from its Denavit-Hartenberg table: names, frames, shapes and inertia.

The frames are those of the arm's published description: link i stands at Trans(a, 0, 0) RotX(alpha) Trans(0, 0, d) of
its parent, with a and alpha of the link before and d of its own, and turns about its z. Shapes are capsules and
cylinders, for contacts and for the eye.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from transforms3d.axangles import axangle2mat
from transforms3d.quaternions import axangle2quat

from rher_robot_driver.kinematics.dh import ArmModel

JOINT_NAMES = (
    "shoulder_pan_joint",
    "shoulder_lift_joint",
    "elbow_joint",
    "wrist_1_joint",
    "wrist_2_joint",
    "wrist_3_joint",
)
LINK_NAMES = ("shoulder_link", "upper_arm_link", "forearm_link", "wrist_1_link", "wrist_2_link", "wrist_3_link")

LIGHT = (0.82, 0.84, 0.86, 1.0)
JOINT_BLUE = (0.36, 0.55, 0.71, 1.0)
"""Colours of tubes and joints: red, green, blue, opacity."""


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
_FOREARM_END = 0.070
"""Length of the forearm's end towards the wrist, where the wrist leaves so much room [m]."""
_WRIST_ROOM = 0.061
"""What the wrist needs of its first length [m]; that of the CB series is shorter."""


def link_rods(model: ArmModel) -> tuple[tuple[Rod, ...], ...]:
    """Return the shapes of the six links, each in its own frame."""
    upper, fore = model.dh.a[1], model.dh.a[2]
    end = min(_FOREARM_END, model.dh.d[3] - _WRIST_ROOM)
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
            Rod((fore, 0, _FOREARM_OFFSET - 0.045), (fore, 0, _FOREARM_OFFSET + end), _FOREARM_RADIUS),
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
