# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Refuses what is too old, or not yet due."""

from __future__ import annotations

import math

from rher_robot_driver.safety.admission.admission import Admission
from rher_robot_driver.safety.command import TwistCommand

NS_PER_S = 1_000_000_000


class Freshness:
    """Admits commands of a limited age. One from the future shows clocks that do not agree, and is refused too.

    Args:
        max_age: Greatest age [s].

    Raises:
        ValueError: The age is not positive.
    """

    reason = "freshness"

    def __init__(self, max_age: float) -> None:
        if not (math.isfinite(max_age) and max_age > 0.0):
            raise ValueError(f"max_age is {max_age} s; allowed: more than 0")
        self.count = 0
        self._max_age_ns = round(max_age * NS_PER_S)

    def admit(self, command: TwistCommand, now_ns: int) -> Admission:
        """Judge a command."""
        if not 0 <= now_ns - command.stamp_ns <= self._max_age_ns:
            self.count += 1
            return Admission(None, reason=self.reason)
        return Admission(command)
