# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One arm at one set of joint positions, with all that the links and the inverse kinematics of a tick share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.arm import ArmKinematics

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class ArmConfiguration:
    """The arm at joint positions q."""

    kinematics: ArmKinematics
    """Of the arm with its tool."""
    q: Vector
    """Joint positions [rad], shape (6,)."""
    position: Vector
    """Of the TCP in base_link [m], shape (3,)."""
    rotation: Vector
    """Of the TCP in base_link, shape (3, 3)."""
    jacobian: Vector
    """Of the TCP in base_link, shape (6, 6)."""
    inverse: Vector
    """Of the Jacobian, damped near a singularity, shape (6, 6)."""
    manipulability: float
    """Relative, 0 at a singularity."""
    damped: bool
    """Whether the inverse is damped, so that the TCP may lag behind its target."""

    def joint_speeds(self, twist: Sequence[float]) -> list[float]:
        """Return the joint speeds [rad/s], shape (6,), of a twist in base_link [m/s], [rad/s], shape (6,)."""
        speeds: list[float] = (self.inverse @ np.array(twist)).tolist()
        return speeds

    def manipulability_rate(self, joint_speeds: Sequence[float]) -> float:
        """Return the rate of the relative manipulability [1/s] at joint speeds [rad/s], shape (6,).

        The derivative of |sin(q3) sin(q5) r| / (|a2| + |a3|) with r = a2 cos(q2) + a3 cos(q2 + q3) +
        d5 sin(q2 + q3 + q4); see ArmKinematics.relative_manipulability.
        """
        dh = self.kinematics.model.dh
        a2, a3, d5 = dh.a[1], dh.a[2], dh.d[4]
        _, q2, q3, q4, q5, _ = self.q.tolist()
        _, v2, v3, v4, v5, _ = joint_speeds
        s3, s5 = math.sin(q3), math.sin(q5)
        reach = a2 * math.cos(q2) + a3 * math.cos(q2 + q3) + d5 * math.sin(q2 + q3 + q4)
        by_wrist = d5 * math.cos(q2 + q3 + q4)
        by_elbow = by_wrist - a3 * math.sin(q2 + q3)
        by_shoulder = by_elbow - a2 * math.sin(q2)
        reach_rate = by_shoulder * v2 + by_elbow * v3 + by_wrist * v4
        rate = math.cos(q3) * v3 * s5 * reach + s3 * math.cos(q5) * v5 * reach + s3 * s5 * reach_rate
        return math.copysign(rate, rate * s3 * s5 * reach) / (abs(a2) + abs(a3))
