# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the monitors have in common, and the time for which a value must be beyond its limit."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.safety.link import Link
from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion

Vector = NDArray[np.float64]


class Monitor(Link, Protocol):
    """Judges measured values by one rule; the count is that of its objections, not of its samples."""

    def check(self, measured: MeasuredMotion, commanded_position: Vector, elapsed: float) -> bool:
        """Return whether the motion must stop. A value that is no number counts as beyond every limit.

        Args:
            measured: The arm now.
            commanded_position: Of the TCP in base_link [m], shape (3,).
            elapsed: Time since the last check [s].
        """

    def reset(self) -> None:
        """Forget what was measured before."""


class Debounce:
    """Tells when something has been true for a time.

    Args:
        time: [s]; 0 tells at once.
    """

    def __init__(self, time: float) -> None:
        self._time = time
        self._since = -1.0

    def reset(self) -> None:
        """Forget what was true before."""
        self._since = -1.0

    def holds(self, true: bool, elapsed: float) -> bool:
        """Return whether it has been true for the time, given what it is now and the time since it was asked [s]."""
        if not true:
            self._since = -1.0
            return False
        self._since = 0.0 if self._since < 0.0 else self._since + elapsed
        return self._since >= self._time
