# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Follows straight legs with twists, one for each control period, from where the TCP was measured to be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from transforms3d.quaternions import qconjugate, qmult

from rher_agent.episodes.paths import Leg
from rher_agent.worlds.state import Vector

TOOL_DOWN = np.array((0.0, 1.0, 0.0, 0.0))
"""Quaternion of the TCP with the tool straight down: its x forward, its z down."""
APPROACH_PERIODS = 3.0
"""Control periods over which the end of a leg is spread: the arm trails its commands by about one, and must not
swing."""
AT_REST = 0.01
"""Speed below which the arm counts as at rest at the end [m/s]."""
UPRIGHT = 0.02
"""Angle between the tool and straight down that is left alone [rad]."""
PATIENCE = 2.0
"""Time without progress after which a motion has failed [s]."""
PROGRESS = 0.02
"""Share of the way left that counts as progress."""


class NoProgressError(Exception):
    """The arm does not get on; the message tells where."""


class Mover:
    """Gives the next twist until the end is reached by measurement.

    Args:
        legs: At least one.
        turn_speed: Greatest angular speed [rad/s].
        period: For which a twist is held [s].

    Raises:
        ValueError: There are no legs.
    """

    def __init__(self, legs: Sequence[Leg], turn_speed: float, period: float) -> None:
        if not legs:
            raise ValueError("there are no legs; allowed: one or more")
        self._legs = list(legs)
        self._turn_speed = turn_speed
        self._period = period
        self._least = math.inf
        self._waited = 0.0

    def next_twist(self, position: Vector, orientation: Vector, speed: float) -> Vector | None:
        """Return the twist of the next control period, or None at the end.

        The velocity is v = d / max(|d| / v_leg, 3 T) with d the way left and T the period; the tool turns alike.

        Args:
            position: Of the TCP [m], shape (3,).
            orientation: Of the TCP, unit quaternion, shape (4,).
            speed: Norm of the TCP's velocity [m/s].

        Returns:
            Linear [m/s] then angular [rad/s] in base_link, shape (6,).

        Raises:
            NoProgressError: The arm does not get on.
        """
        way = self._legs[0].target - position
        turn = turn_to_tool_down(orientation)
        while len(self._legs) > 1 and math.hypot(*way) <= self._legs[0].tolerance:
            del self._legs[0]
            self._least = math.inf
            way = self._legs[0].target - position
        leg = self._legs[0]
        distance, angle = math.hypot(*way), math.hypot(*turn)
        is_upright = angle <= UPRIGHT
        if distance <= leg.tolerance and is_upright and speed <= AT_REST:
            return None
        spread = APPROACH_PERIODS * self._period
        self._watch(distance / leg.speed + (0.0 if is_upright else angle / self._turn_speed), position)
        linear = way / max(distance / leg.speed, spread)
        angular = np.zeros(3) if is_upright else turn / max(angle / self._turn_speed, spread)
        return np.concatenate((linear, angular))

    def _watch(self, left: float, position: Vector) -> None:
        if left < (1.0 - PROGRESS) * self._least:
            self._least, self._waited = left, 0.0
            return
        self._waited += self._period
        if self._waited > PATIENCE:
            here, there = (np.round(point, 3).tolist() for point in (position, self._legs[0].target))
            raise NoProgressError(f"no progress for {PATIENCE} s at {here} m on the way to {there} m")


def turn_to_tool_down(orientation: Vector) -> Vector:
    """Return the rotation vector in base_link [rad], shape (3,), that brings the tool straight down.

    Args:
        orientation: Of the TCP, unit quaternion, shape (4,).
    """
    w, *axis = qmult(TOOL_DOWN, qconjugate(orientation))
    sine = math.hypot(*axis)
    if sine == 0.0:
        return np.zeros(3)
    angle = 2.0 * math.atan2(sine, abs(w))
    return math.copysign(angle, w) / sine * np.array(axis)
