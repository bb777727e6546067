# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The measured TCP against the commanded one: an arm that is held, or does not follow, is noticed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.safety.monitors.monitor import Debounce

Vector = NDArray[np.float64]


class TrackingError:
    """Objects to a TCP that is far from where it was told to be, for a while.

    Args:
        limit: Distance [m].
        debounce: [s]
    """

    reason = "tracking_error"

    def __init__(self, limit: float, debounce: float) -> None:
        self.count = 0
        self._limit = limit
        self._debounce = Debounce(debounce)

    def reset(self) -> None:
        """Forget how long the TCP was far off."""
        self._debounce.reset()

    def check(self, measured: MeasuredMotion, commanded_position: Vector, elapsed: float) -> bool:
        """Return whether the TCP is far off; see Monitor."""
        error = math.dist(measured.position.tolist(), commanded_position.tolist())
        return self._debounce.holds(not error <= self._limit, elapsed)
