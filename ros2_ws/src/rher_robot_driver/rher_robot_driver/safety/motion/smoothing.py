# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The last thing before the joints: poses averaged over a short time, which bounds the jerk.

An average of allowed positions is allowed by every convex limit, its velocities and accelerations are averages of
allowed ones, and its jerk is at most twice the acceleration limit over the time. For orientations the same holds but
for terms of second order in the turn over that time.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray
from transforms3d.quaternions import quat2mat

from rher_robot_driver.kinematics.orientation import orientation_error

Vector = NDArray[np.float64]
Triple = tuple[float, float, float]

STILL: Triple = (0.0, 0.0, 0.0)


class PositionAverage:
    """The mean of the last positions of a path.

    Args:
        count: Positions in it, one for each tick.
        dt: Length of a tick [s].
    """

    def __init__(self, count: int, dt: float) -> None:
        self._count = count
        self._duration = count * dt
        self._path: deque[Triple] = deque(maxlen=count + 1)
        self._equal = 0

    @property
    def at_rest(self) -> bool:
        """Whether the mean did not move in the last tick."""
        return self._equal >= self._count

    def reset(self, position: Triple) -> None:
        """Begin at rest at a position."""
        self._path.extend([position] * (self._count + 1))
        self._equal = self._count

    def push(self, position: Triple) -> tuple[Triple, Triple]:
        """Add the position at the end of a tick.

        Returns:
            The mean [m], exact when the path rests, and the velocity of the mean over the tick [m/s].
        """
        path = self._path
        self._equal = self._equal + 1 if position == path[-1] else 0
        path.append(position)
        if self._equal >= self._count:
            return position, STILL
        x, y, z = position
        dx = dy = dz = 0.0
        oldest = path[0]
        for px, py, pz in path:
            dx += px - x
            dy += py - y
            dz += pz - z
        # The oldest position is only there for the velocity.
        ox, oy, oz = oldest[0] - x, oldest[1] - y, oldest[2] - z
        n, duration = self._count, self._duration
        mean = (x + (dx - ox) / n, y + (dy - oy) / n, z + (dz - oz) / n)
        return mean, (-ox / duration, -oy / duration, -oz / duration)


class RotationAverage:
    """The mean of the last orientations of a path: the normalised sum of their quaternions.

    Args:
        count: Orientations in it, one for each tick.
        dt: Length of a tick [s].
    """

    def __init__(self, count: int, dt: float) -> None:
        self._count = count
        self._dt = dt
        self._path: deque[Vector] = deque(maxlen=count)
        self._mean = np.eye(3)
        self._still = 0

    @property
    def at_rest(self) -> bool:
        """Whether the mean did not turn in the last tick."""
        return self._still >= self._count

    def reset(self, quaternion: Vector, rotation: Vector) -> None:
        """Begin at rest at an orientation, given as quaternion and as matrix."""
        self._path.extend([quaternion] * self._count)
        self._mean = rotation
        self._still = self._count

    def push(self, quaternion: Vector, turns: bool) -> tuple[Vector, Triple]:
        """Add the orientation at the end of a tick.

        Args:
            quaternion: Unit quaternion (w, x, y, z), shape (4,).
            turns: Whether the path turned in the tick.

        Returns:
            The mean as rotation matrix, shape (3, 3), and the angular velocity of the mean over the tick [rad/s].
        """
        self._path.append(quaternion)
        self._still = 0 if turns else self._still + 1
        if self._still >= self._count:
            return self._mean, STILL
        total = np.zeros(4)
        for other in self._path:
            total += other if other @ quaternion >= 0.0 else -other
        mean = quat2mat(total / math.hypot(*total.tolist()))
        wx, wy, wz = (orientation_error(mean, self._mean) / self._dt).tolist()
        self._mean = mean
        return mean, (wx, wy, wz)
