# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the links that bound the position of the TCP have in common."""

from __future__ import annotations

from typing import Protocol

from rher_robot_driver.safety.link import Link

Triple = tuple[float, float, float]


class PositionLimit(Link, Protocol):
    """Bounds the position with faces across the axes of base_link, and the velocity towards each of them."""

    def begin(self, position: Triple, slack: float) -> bool:
        """Take a start at most slack [m] beyond a face; return whether it was taken.

        The face then lies at the start: the TCP may come back, and goes no further out.
        """

    def contains(self, position: Triple) -> bool:
        """Return whether a position [m] is allowed."""

    def nearest(self, position: Triple) -> Triple:
        """Return the allowed position [m] nearest to another."""

    def allows(self, position: Triple, velocity: Triple, dt: float) -> bool:
        """Return whether moving from a position [m] at a velocity [m/s] for dt [s] leaves room to stop."""

    def clamp(self, position: Triple, velocity: Triple, dt: float) -> Triple:
        """Return the velocity with each component reduced to what leaves room to stop [m/s]."""
