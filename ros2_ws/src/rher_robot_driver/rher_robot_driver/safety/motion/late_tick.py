# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The longest stretch of motion that one servo tick may make up for."""

from __future__ import annotations

import math


class LateTick:
    """Bounds the length of a tick: after a stall the path is late, instead of leaping to where it would have been.

    Args:
        longest: Greatest length of a tick [s].

    Raises:
        ValueError: The length is not positive.
    """

    reason = "late_tick"

    def __init__(self, longest: float) -> None:
        if not (math.isfinite(longest) and longest > 0.0):
            raise ValueError(f"longest is {longest} s; allowed: more than 0")
        self.count = 0
        self._longest = longest

    def limit(self, dt: float) -> tuple[float, bool]:
        """Return the time to advance the motion by [s] and whether it is less than dt.

        Raises:
            ValueError: dt is not a positive finite time.
        """
        if not 0.0 < dt < math.inf:
            raise ValueError(f"dt is {dt} s; allowed: a finite time, more than 0")
        if dt <= self._longest:
            return dt, False
        self.count += 1
        return self._longest, True
