# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The greatest acceleration of the joints, for changes of the motion that can wait."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rher_robot_driver.kinematics.configuration import ArmConfiguration


class JointAcceleration:
    """Slows the ramp of the path where the joints could not follow it.

    Only changes that somebody asked for are slowed. Stops and faces brake at the acceleration of the path, and the
    guard of the joints looks after them.

    Args:
        limit: Of every joint [rad/s^2].

    Raises:
        ValueError: The limit is not positive.
    """

    reason = "joint_acceleration"

    def __init__(self, limit: float) -> None:
        if not (math.isfinite(limit) and limit > 0.0):
            raise ValueError(f"limit is {limit} rad/s^2; allowed: more than 0")
        self.count = 0
        self._limit = limit

    def share(self, arm: ArmConfiguration, change: Sequence[float], dt: float) -> float:
        """Return which share of a change of the twist within a tick the joints can follow, from 0 to 1.

        Args:
            arm: Where the joints are.
            change: Of the linear [m/s], then of the angular [rad/s] velocity, shape (6,).
            dt: Length of the tick [s].
        """
        fastest = max(map(abs, arm.joint_speeds(change)))
        if fastest <= self._limit * dt:
            return 1.0
        self.count += 1
        return self._limit * dt / fastest
