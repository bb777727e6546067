# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Leads the TCP to a pose by twists, one for each control period, from where the arm was measured to be."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rher_perception.calibration.tool_orientation import ToolPose, twist_between, yaw_between

Vector = NDArray[np.float64]

APPROACH_PERIODS = 3.0
"""Control periods over which the last stretch is spread: the arm trails its commands and must not swing."""
END_DISTANCE = 0.002
"""Distance at which a pose counts as reached [m]; where the arm then rests is measured."""
END_ANGLE = 0.01
"""Angle at which it does [rad]."""
PATIENCE = 2.0
"""Time without progress after which the way is given up [s]."""
PROGRESS = 0.02
"""Share of the way left that counts as progress."""


class ApproachError(Exception):
    """The arm does not get to a pose; the message says from where to where."""


class Approach:
    """Gives the next twist until the pose is reached.

    Args:
        goal: Where to.
        speed: Of the TCP [m/s].
        turn_speed: Of the tool [rad/s].
        period: For which a twist is held [s].
    """

    def __init__(self, goal: ToolPose, speed: float, turn_speed: float, period: float) -> None:
        self.goal = goal
        self._speed, self._turn_speed, self._period = speed, turn_speed, period
        self._least_time = math.inf
        self._waited = 0.0

    def next_twist(self, here: ToolPose) -> Vector | None:
        """Return the twist of the next control period, or None when the pose is reached.

        Args:
            here: Where the TCP was measured to be.

        Returns:
            Linear [m/s] then angular [rad/s] in base_link, shape (6,).

        Raises:
            ApproachError: The arm makes no progress.
        """
        distance = float(np.linalg.norm(self.goal.position - here.position))
        # Tilt and yaw turn about different axes; their sum is more than the angle of the whole turn.
        angle = float(np.linalg.norm(self.goal.tilt - here.tilt)) + abs(yaw_between(here, self.goal))
        if distance <= END_DISTANCE and angle <= END_ANGLE:
            return None
        time_left = max(distance / self._speed, angle / self._turn_speed)
        self._watch_progress(time_left, here)
        time_left = max(time_left, APPROACH_PERIODS * self._period)
        return twist_between(here, self.goal, self._period / time_left, self._period)

    def _watch_progress(self, time_left: float, here: ToolPose) -> None:
        if time_left < (1.0 - PROGRESS) * self._least_time:
            self._least_time, self._waited = time_left, 0.0
            return
        self._waited += self._period
        if self._waited > PATIENCE:
            places = (np.round(pose.position, 3).tolist() for pose in (here, self.goal))
            raise ApproachError("no progress for {} s at {} m on the way to {} m".format(PATIENCE, *places))
