# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The last look at joint setpoints before they are sent, and the stop that needs nothing but the joints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.dh import ArmModel

Vector = NDArray[np.float64]

JOINT_LIMIT = "joint_limit"
JOINT_SPEED = "joint_speed_limit"
JOINT_ACCELERATION = "joint_acceleration_limit"
GUARD_REASONS = (JOINT_LIMIT, JOINT_SPEED, JOINT_ACCELERATION)
"""Reasons of stops in which the joints brake for themselves."""
ROUNDING = 1e-9
"""Relative excess that is rounding."""


class JointGuard:
    """Refuses setpoints beyond what the arm's maker allows: position, speed, acceleration.

    A setpoint passes when every joint could still stop before its position limit. A stop scales the speeds of all
    joints alike, so that they keep their direction, and the fastest one brakes at the greatest acceleration: over the
    time m / a, with m the speed of the fastest, in which a joint of speed v moves at most v m / (2 a). So a stop from
    whatever passed breaks none of these limits.

    Args:
        model: Position and speed limits.
        acceleration: Greatest of each joint [rad/s^2].
        dt: Length of a tick [s].
    """

    reason = "joint_guard"

    def __init__(self, model: ArmModel, acceleration: float, dt: float) -> None:
        self.count = 0
        self._limits = tuple(zip(model.joint_lower, model.joint_upper, model.joint_speed_limits, strict=True))
        self._acceleration = acceleration
        self._dt = dt

    def check_start(self, q: Vector) -> None:
        """Raise ValueError when a joint position is beyond its limits."""
        for i, (value, (lower, upper, _)) in enumerate(zip(q.tolist(), self._limits, strict=True)):
            if not lower <= value <= upper:
                raise ValueError(f"joint {i + 1} is at {value} rad; allowed: {lower} to {upper} rad")

    def breach(self, q: Sequence[float], speeds: Sequence[float], speeds_before: Sequence[float]) -> str:
        """Return which limit a setpoint would break, or an empty text.

        Args:
            q: Joint positions before the tick [rad], shape (6,).
            speeds: Over the tick [rad/s], shape (6,).
            speeds_before: Over the tick before [rad/s], shape (6,).
        """
        dt = self._dt
        reach = self._acceleration * dt * (1.0 + ROUNDING)
        time = dt + max(map(abs, speeds)) / (2.0 * self._acceleration)
        for value, speed, before, (lower, upper, limit) in zip(q, speeds, speeds_before, self._limits, strict=True):
            if not abs(speed) <= limit:
                return self._count(JOINT_SPEED)
            if not abs(speed - before) <= reach:
                return self._count(JOINT_ACCELERATION)
            if not lower <= value + speed * time <= upper:
                return self._count(JOINT_LIMIT)
        return ""

    def brake(self, speeds: Sequence[float]) -> list[float]:
        """Return the joint speeds of the next tick of a stop [rad/s], shape (6,)."""
        fastest = max(map(abs, speeds))
        reach = self._acceleration * self._dt
        if fastest <= reach:
            return [0.0] * len(speeds)
        share = 1.0 - reach / fastest
        return [share * speed for speed in speeds]

    def _count(self, reason: str) -> str:
        self.count += 1
        return reason
