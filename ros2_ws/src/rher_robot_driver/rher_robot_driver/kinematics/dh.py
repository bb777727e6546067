# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""UR's arms of both series as their maker publishes them: Denavit-Hartenberg lengths, masses and joint limits.

Lengths, masses and centres of mass are from Universal Robots' article "DH parameters for calculations of kinematics
and dynamics"; joint ranges, speeds and torques are from the technical specification of each arm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

JOINTS = 6
"""Joints of every arm here, from the shoulder pan to wrist 3."""

UR_ALPHA = (math.pi / 2.0, 0.0, 0.0, math.pi / 2.0, -math.pi / 2.0, 0.0)
"""Twists of the links of every UR arm [rad]."""


@dataclass(frozen=True)
class DhTable:
    """Standard Denavit-Hartenberg table: link i is RotZ(q_i) Trans(a_i, 0, d_i) RotX(alpha_i)."""

    a: tuple[float, ...]
    """Link lengths [m], shape (6,)."""
    d: tuple[float, ...]
    """Link offsets [m], shape (6,)."""
    alpha: tuple[float, ...] = UR_ALPHA
    """Link twists [rad], shape (6,)."""

    def __post_init__(self) -> None:
        for name in ("a", "d", "alpha"):
            value = getattr(self, name)
            if len(value) != JOINTS or not all(math.isfinite(x) for x in value):
                raise ValueError(f"{name} is {value}; allowed: {JOINTS} finite numbers")


@dataclass(frozen=True)
class ArmModel:
    """One arm: geometry, inertia and joint limits. Link i moves with joint i."""

    name: str
    dh: DhTable
    link_masses: tuple[float, ...]
    """[kg], shape (6,)."""
    link_centers_of_mass: tuple[tuple[float, float, float], ...]
    """In the DH frame at the end of each link [m], shape (6, 3)."""
    joint_lower: tuple[float, ...]
    """Least joint positions [rad], shape (6,)."""
    joint_upper: tuple[float, ...]
    """Greatest joint positions [rad], shape (6,)."""
    joint_speed_limits: tuple[float, ...]
    """Greatest joint speeds [rad/s], shape (6,)."""
    joint_torque_limits: tuple[float, ...]
    """Greatest joint torques [N m], shape (6,)."""

    def __post_init__(self) -> None:
        per_joint = ("link_masses", "link_centers_of_mass", "joint_lower", "joint_upper")
        for name in (*per_joint, "joint_speed_limits", "joint_torque_limits"):
            value = getattr(self, name)
            if len(value) != JOINTS:
                raise ValueError(f"{name} is {value}; allowed: one entry for each of the {JOINTS} joints")
        if not all(lower < upper for lower, upper in zip(self.joint_lower, self.joint_upper, strict=True)):
            raise ValueError(f"joint_lower is {self.joint_lower}; allowed: less than joint_upper, {self.joint_upper}")
        for name in ("link_masses", "joint_speed_limits", "joint_torque_limits"):
            value = getattr(self, name)
            if not all(x > 0.0 for x in value):
                raise ValueError(f"{name} is {value}; allowed: more than 0")


def _degrees(*values: float) -> tuple[float, ...]:
    return tuple(math.radians(value) for value in values)


_TURN = (2.0 * math.pi,) * JOINTS
_MINUS_TURN = (-2.0 * math.pi,) * JOINTS

_E_SERIES = {
    "ur3e": ArmModel(
        name="ur3e",
        dh=DhTable(a=(0.0, -0.24355, -0.2132, 0.0, 0.0, 0.0), d=(0.15185, 0.0, 0.0, 0.13105, 0.08535, 0.0921)),
        link_masses=(1.98, 3.4445, 1.437, 0.871, 0.805, 0.261),
        link_centers_of_mass=(
            (0.0, -0.02, 0.0),
            (0.13, 0.0, 0.1157),
            (0.05, 0.0, 0.0238),
            (0.0, 0.0, 0.01),
            (0.0, 0.0, 0.01),
            (0.0, 0.0, -0.02),
        ),
        joint_lower=_MINUS_TURN,
        joint_upper=_TURN,
        joint_speed_limits=_degrees(180.0, 180.0, 180.0, 360.0, 360.0, 360.0),
        joint_torque_limits=(56.0, 56.0, 28.0, 12.0, 12.0, 12.0),
    ),
    "ur5e": ArmModel(
        name="ur5e",
        dh=DhTable(a=(0.0, -0.425, -0.3922, 0.0, 0.0, 0.0), d=(0.1625, 0.0, 0.0, 0.1333, 0.0997, 0.0996)),
        link_masses=(3.761, 8.058, 2.846, 1.37, 1.3, 0.365),
        link_centers_of_mass=(
            (0.0, -0.02561, 0.00193),
            (0.2125, 0.0, 0.11336),
            (0.15, 0.0, 0.0265),
            (0.0, -0.0018, 0.01634),
            (0.0, 0.0018, 0.01634),
            (0.0, 0.0, -0.001159),
        ),
        joint_lower=_MINUS_TURN,
        joint_upper=_TURN,
        joint_speed_limits=_degrees(180.0, 180.0, 180.0, 180.0, 180.0, 180.0),
        joint_torque_limits=(150.0, 150.0, 150.0, 28.0, 28.0, 28.0),
    ),
    "ur10e": ArmModel(
        name="ur10e",
        dh=DhTable(a=(0.0, -0.6127, -0.57155, 0.0, 0.0, 0.0), d=(0.1807, 0.0, 0.0, 0.17415, 0.11985, 0.11655)),
        link_masses=(7.369, 13.051, 3.989, 2.1, 1.98, 0.615),
        link_centers_of_mass=(
            (0.021, 0.0, 0.027),
            (0.38, 0.0, 0.158),
            (0.24, 0.0, 0.068),
            (0.0, 0.007, 0.018),
            (0.0, 0.007, 0.018),
            (0.0, 0.0, -0.026),
        ),
        joint_lower=_MINUS_TURN,
        joint_upper=_TURN,
        joint_speed_limits=_degrees(120.0, 120.0, 180.0, 180.0, 180.0, 180.0),
        joint_torque_limits=(330.0, 330.0, 150.0, 56.0, 56.0, 56.0),
    ),
}
_CB_SERIES = {
    "ur3": replace(
        _E_SERIES["ur3e"],
        name="ur3",
        dh=DhTable(a=(0.0, -0.24365, -0.21325, 0.0, 0.0, 0.0), d=(0.1519, 0.0, 0.0, 0.11235, 0.08535, 0.0819)),
        link_masses=(2.0, 3.42, 1.26, 0.8, 0.8, 0.35),
    ),
    "ur5": replace(
        _E_SERIES["ur5e"],
        name="ur5",
        dh=DhTable(a=(0.0, -0.425, -0.39225, 0.0, 0.0, 0.0), d=(0.089159, 0.0, 0.0, 0.10915, 0.09465, 0.0823)),
        link_masses=(3.7, 8.393, 2.33, 1.219, 1.219, 0.1879),
    ),
    "ur10": replace(
        _E_SERIES["ur10e"],
        name="ur10",
        dh=DhTable(a=(0.0, -0.612, -0.5723, 0.0, 0.0, 0.0), d=(0.1273, 0.0, 0.0, 0.163941, 0.1157, 0.0922)),
        link_masses=(7.1, 12.7, 4.27, 2.0, 2.0, 0.365),
    ),
}
"""Differ from their successors in lengths and masses; centres of mass and limits are published as the same."""

UR_ARMS = {**_E_SERIES, **_CB_SERIES}
"""UR arms by the name their maker gives them; an e ends those of the e-series, the others are of the CB series, whose
links have other lengths. Wrist 3 of the UR3e and the UR3 turns without end; here it is held to one turn."""
