# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The distance that the joints keep to their limits."""

from __future__ import annotations

from collections.abc import Sequence

from rher_robot_driver.kinematics.configuration import ArmConfiguration


class JointMargin:
    """Slows a twist that brings a joint near its limit: the speed allowed is the distance left over a time.

    Args:
        lower: Least joint positions, margin included [rad], shape (6,).
        upper: Greatest joint positions, margin included [rad], shape (6,).
        time: In which the arm can stop [s].

    Raises:
        ValueError: The limits leave no room, or the time is not positive.
    """

    reason = "joint_margin"
    urgent = True

    def __init__(self, lower: Sequence[float], upper: Sequence[float], time: float) -> None:
        if not all(a < b for a, b in zip(lower, upper, strict=True)):
            raise ValueError(f"lower is {tuple(lower)} rad; allowed: less than upper, {tuple(upper)} rad")
        if not time > 0.0:
            raise ValueError(f"time is {time} s; allowed: more than 0")
        self.count = 0
        self._limits = tuple(zip(lower, upper, strict=True))
        self._inner = (max(lower), min(upper))
        self._time = time

    def share(self, arm: ArmConfiguration, joint_speeds: Sequence[float]) -> float:
        """Return which share of a motion leaves time to stop before every limit."""
        share, time, positions = 1.0, self._time, arm.q.tolist()
        reach = time * max(map(abs, joint_speeds))
        if self._inner[0] <= min(positions) - reach and max(positions) + reach <= self._inner[1]:
            return 1.0
        for q, speed, (lower, upper) in zip(positions, joint_speeds, self._limits, strict=True):
            left = upper - q if speed > 0.0 else q - lower
            if abs(speed) * time * share > left:
                share = max(0.0, left / (abs(speed) * time))
        if share < 1.0:
            self.count += 1
        return share
