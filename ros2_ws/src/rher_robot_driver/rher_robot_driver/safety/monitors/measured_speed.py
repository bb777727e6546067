# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The measured speed of the TCP against its hard limit."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.safety.monitors.monitor import Debounce

Vector = NDArray[np.float64]


class MeasuredSpeed:
    """Objects to a TCP that is too fast for a while.

    Args:
        limit: Norm of the velocity [m/s].
        debounce: [s]
    """

    reason = "measured_speed"

    def __init__(self, limit: float, debounce: float) -> None:
        self.count = 0
        self._limit = limit
        self._debounce = Debounce(debounce)

    def reset(self) -> None:
        """Forget how long the TCP was too fast."""
        self._debounce.reset()

    def check(self, measured: MeasuredMotion, commanded_position: Vector, elapsed: float) -> bool:
        """Return whether the TCP is too fast; see Monitor."""
        vx, vy, vz = measured.twist[:3].tolist()
        return self._debounce.holds(not math.hypot(vx, vy, vz) <= self._limit, elapsed)
