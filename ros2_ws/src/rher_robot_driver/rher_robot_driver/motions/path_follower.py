# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Follows a path with twists, one for each control period, from where the arm was measured to be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.motions.path import MotionFailedError, Pose

Vector = NDArray[np.float64]

APPROACH_PERIODS = 3.0
"""Control periods over which the last stretch to a corner is spread: the arm trails its commands by about one, and
must not swing."""
CORNER_TOLERANCE = 0.005
"""Distance [m] at which a corner counts as passed."""
CORNER_ANGLE = 0.02
"""Angle [rad] at which a corner counts as passed."""
END_TOLERANCE = 0.001
"""Distance [m] at which the end counts as reached."""
END_ANGLE = 0.005
"""Angle [rad] at which the end counts as reached."""
END_SPEED = 0.005
"""Speed [m/s] below which the arm counts as at rest at the end."""
PATIENCE = 2.0
"""Time without progress after which a motion has failed [s]."""
PROGRESS = 0.02
"""Share of the way left that counts as progress."""


class PathFollower:
    """Gives the next twist until the end is reached by measurement.

    The twist leads straight to the next corner. Moving and turning take the same time, so that the arm passes through
    the poses that were checked.

    Args:
        path: Corners; the first is where the arm stands.
        speed: Of the TCP [m/s].
        angular_speed: Of the tool [rad/s].
        control_period: For which a twist is held [s].
    """

    def __init__(self, path: Sequence[Pose], speed: float, angular_speed: float, control_period: float) -> None:
        self._corners = list(path[1:]) or list(path)
        self._speed = speed
        self._angular_speed = angular_speed
        self._period = control_period
        self._least_time = math.inf
        self._waited = 0.0

    def next_twist(self, pose: Pose, speed: float) -> Vector | None:
        """Return the twist of the next control period, or None when the end is reached.

        Args:
            pose: Where the arm was measured to be.
            speed: Norm of the TCP's measured velocity [m/s].

        Returns:
            Linear [m/s] then angular [rad/s] in base_link, shape (6,).

        Raises:
            MotionFailedError: The arm makes no progress.
        """
        shift, turn = pose.error_to(self._corners[0])
        while len(self._corners) > 1 and _is_near(shift, turn, CORNER_TOLERANCE, CORNER_ANGLE):
            del self._corners[0]
            self._least_time = math.inf
            shift, turn = pose.error_to(self._corners[0])
        if len(self._corners) == 1 and speed <= END_SPEED and _is_near(shift, turn, END_TOLERANCE, END_ANGLE):
            return None
        time_left = max(math.hypot(*shift) / self._speed, math.hypot(*turn) / self._angular_speed)
        self._watch_progress(time_left, pose)
        time_left = max(time_left, APPROACH_PERIODS * self._period)
        return np.concatenate((shift, turn)) / time_left

    def _watch_progress(self, time_left: float, pose: Pose) -> None:
        if time_left < (1.0 - PROGRESS) * self._least_time:
            self._least_time = time_left
            self._waited = 0.0
            return
        self._waited += self._period
        if self._waited > PATIENCE:
            here, there = (np.round(item.position, 3).tolist() for item in (pose, self._corners[0]))
            raise MotionFailedError(f"no progress for {PATIENCE} s at {here} m on the way to {there} m")


def _is_near(shift: Vector, turn: Vector, distance: float, angle: float) -> bool:
    return math.hypot(*shift) <= distance and math.hypot(*turn) <= angle
