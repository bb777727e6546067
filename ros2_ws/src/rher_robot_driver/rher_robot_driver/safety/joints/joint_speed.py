# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The greatest speed of the joints."""

from __future__ import annotations

from collections.abc import Sequence

from rher_robot_driver.kinematics.configuration import ArmConfiguration
from rher_robot_driver.safety.motion.speed import ROUNDING


class JointSpeed:
    """Slows a twist until no joint is too fast.

    Args:
        limits: Of each joint [rad/s], shape (6,).

    Raises:
        ValueError: A limit is not positive.
    """

    reason = "joint_speed"
    urgent = False

    def __init__(self, limits: Sequence[float]) -> None:
        if not all(limit > 0.0 for limit in limits):
            raise ValueError(f"limits is {tuple(limits)} rad/s; allowed: more than 0")
        self.count = 0
        self._limits = tuple(limits)
        self._least = min(limits)

    def share(self, arm: ArmConfiguration, joint_speeds: Sequence[float]) -> float:
        """Return which share of a motion keeps all joints within their speeds."""
        if max(map(abs, joint_speeds)) <= self._least:
            return 1.0
        excess = 0.0
        for speed, limit in zip(joint_speeds, self._limits, strict=True):
            excess = max(excess, abs(speed) / limit)
        if excess <= 1.0 + ROUNDING:
            return 1.0
        self.count += 1
        return 1.0 / excess
