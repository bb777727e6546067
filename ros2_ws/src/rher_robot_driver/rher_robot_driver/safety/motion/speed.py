# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The greatest speed of the TCP."""

from __future__ import annotations

import math

ROUNDING = 1e-9
"""Relative excess that is rounding of a command at full speed and not worth a report."""

Twist = tuple[float, float, float, float, float, float]


class SpeedLimit:
    """Scales the linear and the angular part of a twist down to their limits; directions are kept.

    Args:
        linear: Greatest norm of the velocity [m/s].
        angular: Greatest norm of the angular velocity [rad/s].

    Raises:
        ValueError: A limit is not positive.
    """

    reason = "speed"

    def __init__(self, linear: float, angular: float) -> None:
        for name, value in (("linear", linear), ("angular", angular)):
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")
        self.count = 0
        self._linear = linear
        self._angular = angular

    def limit(self, twist: Twist) -> tuple[Twist, bool]:
        """Return a finite twist within the limits and whether it differs from the one given."""
        vx, vy, vz, wx, wy, wz = twist
        changed = False
        speed = math.hypot(vx, vy, vz)
        if speed > self._linear:
            scale = self._linear / speed
            vx, vy, vz = scale * vx, scale * vy, scale * vz
            changed = speed > self._linear * (1.0 + ROUNDING)
        rate = math.hypot(wx, wy, wz)
        if rate > self._angular:
            scale = self._angular / rate
            wx, wy, wz = scale * wx, scale * wy, scale * wz
            changed = changed or rate > self._angular * (1.0 + ROUNDING)
        self.count += changed
        return (vx, vy, vz, wx, wy, wz), changed
