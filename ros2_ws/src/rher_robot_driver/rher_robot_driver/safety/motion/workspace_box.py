# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The box that the TCP never leaves."""

from __future__ import annotations

import math

from rher_robot_driver.safety.motion.braking import approach_speed, may_approach
from rher_robot_driver.safety.motion.position_limit import Triple


class WorkspaceBox:
    """Bounds the position to a box along the axes of base_link.

    Args:
        lower: Lower corner [m].
        upper: Upper corner [m].
        deceleration: Available across each face [m/s^2].

    Raises:
        ValueError: The box is inside out or the deceleration is not positive.
    """

    reason = "box"

    def __init__(self, lower: Triple, upper: Triple, deceleration: float) -> None:
        if not all(a < b for a, b in zip(lower, upper, strict=True)):
            raise ValueError(f"lower is {lower} m; allowed: less than upper, {upper} m, on each axis")
        if not (math.isfinite(deceleration) and deceleration > 0.0):
            raise ValueError(f"deceleration is {deceleration} m/s^2; allowed: more than 0")
        self.count = 0
        self._nominal = tuple((float(a), float(b)) for a, b in zip(lower, upper, strict=True))
        self._faces = self._nominal
        self._deceleration = deceleration

    def begin(self, position: Triple, slack: float) -> bool:
        """Take a start at most slack [m] outside the box; return whether it was taken."""
        if not all(a - slack <= x <= b + slack for x, (a, b) in zip(position, self._nominal, strict=True)):
            return False
        self._faces = tuple((min(a, x), max(b, x)) for x, (a, b) in zip(position, self._nominal, strict=True))
        return True

    def contains(self, position: Triple) -> bool:
        """Return whether a position [m] is in the box."""
        return all(low <= x <= high for x, (low, high) in zip(position, self._faces, strict=True))

    def nearest(self, position: Triple) -> Triple:
        """Return the position in the box nearest to another [m]."""
        x, y, z = (min(max(x, low), high) for x, (low, high) in zip(position, self._faces, strict=True))
        return x, y, z

    def allows(self, position: Triple, velocity: Triple, dt: float) -> bool:
        """Return whether moving at a velocity [m/s] for dt [s] leaves room to stop in the box."""
        for x, v, (low, high) in zip(position, velocity, self._faces, strict=True):
            if not may_approach(abs(v), high - x if v > 0.0 else x - low, self._deceleration, dt):
                return False
        return True

    def clamp(self, position: Triple, velocity: Triple, dt: float) -> Triple:
        """Return the velocity with each component reduced to what leaves room to stop in the box [m/s]."""
        x, y, z = (
            min(
                max(v, -approach_speed(x - low, self._deceleration, dt)),
                approach_speed(high - x, self._deceleration, dt),
            )
            for x, v, (low, high) in zip(position, velocity, self._faces, strict=True)
        )
        return x, y, z
