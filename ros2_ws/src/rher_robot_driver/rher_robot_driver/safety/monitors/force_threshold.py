# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Force and torque on the TCP against their limits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.safety.monitors.monitor import Debounce

Vector = NDArray[np.float64]


class ForceThreshold:
    """Objects to a contact that is too hard: for a while over the limit, or at once over a multiple of it.

    Args:
        force: Norm of the force [N].
        torque: Norm of the torque [N m].
        debounce: [s]
        peak_factor: Multiple of both at which no time is given.
    """

    reason = "force"

    def __init__(self, force: float, torque: float, debounce: float, peak_factor: float) -> None:
        self.count = 0
        self._force = force
        self._torque = torque
        self._peak = peak_factor
        self._debounce = Debounce(debounce)

    def reset(self) -> None:
        """Forget how long the contact was too hard."""
        self._debounce.reset()

    def check(self, measured: MeasuredMotion, commanded_position: Vector, elapsed: float) -> bool:
        """Return whether the contact is too hard; see Monitor."""
        fx, fy, fz, tx, ty, tz = measured.wrench.tolist()
        force, torque = math.hypot(fx, fy, fz) / self._force, math.hypot(tx, ty, tz) / self._torque
        beyond = not (force <= 1.0 and torque <= 1.0)
        peak = not (force <= self._peak and torque <= self._peak)
        return self._debounce.holds(beyond, elapsed) or peak
