# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The age at which a command no longer moves the arm."""

from __future__ import annotations

import math

ROUNDING = 1e-9
"""Seconds by which a sum of tick lengths may exceed their exact sum."""


class StaleCommand:
    """Ends the motion when no new command came for a while.

    Args:
        age: Greatest age of a command that still moves the arm [s].

    Raises:
        ValueError: The age is not positive.
    """

    reason = "stale"

    def __init__(self, age: float) -> None:
        if not (math.isfinite(age) and age > 0.0):
            raise ValueError(f"age is {age} s; allowed: more than 0")
        self.count = 0
        self._limit = age + ROUNDING
        self._age = 0.0

    def renew(self) -> None:
        """Note that a new command came."""
        self._age = 0.0

    def advance(self, dt: float) -> None:
        """Let time pass [s]."""
        self._age += dt

    @property
    def stale(self) -> bool:
        """Whether the last command is too old to move the arm."""
        return self._age > self._limit
