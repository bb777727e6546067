# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The plane that the TCP stays above."""

from __future__ import annotations

import math

from rher_robot_driver.safety.motion.braking import approach_speed, may_approach
from rher_robot_driver.safety.motion.position_limit import Triple


class TablePlane:
    """Bounds the height from below. Its own link, because a table stays where it is when a task widens its box.

    Args:
        height: Of the plane over base_link [m].
        deceleration: Available against the plane [m/s^2].

    Raises:
        ValueError: The height is not finite or the deceleration is not positive.
    """

    reason = "plane"

    def __init__(self, height: float, deceleration: float) -> None:
        if not math.isfinite(height):
            raise ValueError(f"height is {height} m; allowed: a finite height")
        if not (math.isfinite(deceleration) and deceleration > 0.0):
            raise ValueError(f"deceleration is {deceleration} m/s^2; allowed: more than 0")
        self.count = 0
        self._nominal = height
        self._height = height
        self._deceleration = deceleration

    def begin(self, position: Triple, slack: float) -> bool:
        """Take a start at most slack [m] below the plane; return whether it was taken."""
        if not position[2] >= self._nominal - slack:
            return False
        self._height = min(self._nominal, position[2])
        return True

    def contains(self, position: Triple) -> bool:
        """Return whether a position [m] is on or above the plane."""
        return position[2] >= self._height

    def nearest(self, position: Triple) -> Triple:
        """Return the position on or above the plane nearest to another [m]."""
        return position[0], position[1], max(position[2], self._height)

    def allows(self, position: Triple, velocity: Triple, dt: float) -> bool:
        """Return whether moving at a velocity [m/s] for dt [s] leaves room to stop above the plane."""
        return velocity[2] >= 0.0 or may_approach(-velocity[2], position[2] - self._height, self._deceleration, dt)

    def clamp(self, position: Triple, velocity: Triple, dt: float) -> Triple:
        """Return the velocity with its descent reduced to what leaves room to stop above the plane [m/s]."""
        descent = approach_speed(position[2] - self._height, self._deceleration, dt)
        return velocity[0], velocity[1], max(velocity[2], -descent)
