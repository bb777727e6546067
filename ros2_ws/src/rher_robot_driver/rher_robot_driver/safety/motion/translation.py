# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The linear part of the path: an accelerated point that no face stops too late."""

from __future__ import annotations

from collections.abc import Sequence

from rher_robot_driver.safety.motion.acceleration import AccelerationLimit
from rher_robot_driver.safety.motion.position_limit import PositionLimit, Triple

STILL: Triple = (0.0, 0.0, 0.0)


class Translation:
    """Moves a point by velocities that follow a target within the acceleration limit and the faces.

    At each tick the velocity moves from the one before towards the target along a straight ramp. Where that would
    leave no room to stop before a face, the components towards the faces brake first and the others get what the
    acceleration limit has left. All limits hold at once: both ends of that ramp obey the faces and the speed limit,
    these bounds are convex, and the faces together never ask for more braking than the acceleration limit gives.

    Args:
        limits: Faces.
        acceleration: Of the point.
        dt: Length of a tick [s].
    """

    def __init__(self, limits: Sequence[PositionLimit], acceleration: AccelerationLimit, dt: float) -> None:
        self.position = STILL
        self.velocity = STILL
        self._limits = tuple(limits)
        self._acceleration = acceleration
        self._dt = dt

    def reset(self, position: Triple, slack: float) -> None:
        """Begin at rest from a position at most slack beyond the faces [m].

        Raises:
            ValueError: It is further out.
        """
        for limit in self._limits:
            if not limit.begin(position, slack):
                raise ValueError(f"position is {position} m; allowed: within the limit '{limit.reason}'")
        self.position, self.velocity = position, STILL

    def step(self, target: Triple, limited: list[str], share: float = 1.0) -> None:
        """Choose the velocity of a tick and move by it.

        Args:
            target: Velocity wanted [m/s].
            limited: Reasons of the limits that act are added to it.
            share: Share of the ramp of this tick that the joints can follow.
        """
        dt, position, before = self._dt, self.position, self.velocity
        velocity = self._acceleration.ramp(before, target, dt, share)
        braked = False
        for limit in self._limits:
            if not limit.allows(position, velocity, dt):
                limit.count += 1
                limited.append(limit.reason)
                braked = True
        if braked:
            forced = before
            for limit in self._limits:
                forced = limit.clamp(position, forced, dt)
                target = limit.clamp(position, target, dt)
            velocity = self._acceleration.ramp_from(before, forced, target, dt)
        x, y, z = position
        moved: Triple = (x + velocity[0] * dt, y + velocity[1] * dt, z + velocity[2] * dt)
        for limit in self._limits:
            if not limit.contains(moved):
                # Only rounding gets here: the velocity leaves room to stop.
                moved = limit.nearest(moved)
        self.position, self.velocity = moved, velocity
