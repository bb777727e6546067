# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the TCP goes: straight legs, up before it crosses the table, and down only where it is clear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rher_agent.episodes.settings import EpisodeSettings
from rher_agent.episodes.workspace import Workspace
from rher_agent.worlds.state import Vector

RISEN = 0.015
"""How far below the travel height the TCP may begin to cross [m]."""
PASSED = 0.004
"""Distance at which a corner counts as passed [m]."""
ARRIVED = 0.002
"""Distance at which an end counts as reached [m]."""


@dataclass(frozen=True, eq=False)
class Leg:
    """A straight way."""

    target: Vector
    """In base_link [m], shape (3,)."""
    speed: float
    """Greatest speed [m/s]."""
    tolerance: float = PASSED
    """Distance to the target at which the leg is done [m]."""


class Paths:
    """Plans paths over one table.

    Args:
        workspace: The table.
        settings: Speeds.
        v_max: Greatest speed of the task [m/s].
    """

    def __init__(self, workspace: Workspace, settings: EpisodeSettings, v_max: float) -> None:
        self._workspace = workspace
        self._settings = settings
        self._speed = min(settings.speed, v_max)
        self._push_speed = min(settings.push_speed, v_max)

    def rise(self, tcp: Vector) -> list[Leg]:
        """Return the way straight up to the travel height.

        Args:
            tcp: Where the TCP is [m], shape (3,).
        """
        return [self._leg(tcp, max(float(tcp[2]), self._workspace.travel_height), RISEN)]

    def to_start(self, tcp: Vector, place: Vector) -> list[Leg]:
        """Return the way over the table and down at a place [m]."""
        workspace = self._workspace
        over = self._leg(place, workspace.travel_height)
        return [*self.rise(tcp), over, self._leg(place, workspace.tool_height, ARRIVED)]

    def to_park(self, tcp: Vector) -> list[Leg]:
        """Return the way to where the arm is parked."""
        return [*self.rise(tcp), Leg(self._workspace.park, self._speed)]

    def recovery_push(self, tcp: Vector, place: Vector) -> list[Leg]:
        """Return the way that pushes an object straight inwards, and back to where an episode can begin behind it.

        Args:
            tcp: Where the TCP is [m], shape (3,).
            place: Where the object lies outside [m], shape (2,) or (3,).
        """
        workspace = self._workspace
        inwards, behind = workspace.inwards(place), workspace.behind(place)
        out = place[:2] - workspace.center
        share = (workspace.half - self._settings.inset) / float(np.abs(out).max())
        object_end, low = workspace.center + share * out, workspace.tool_height
        end = object_end - workspace.contact * inwards
        start = object_end - (workspace.start_distance + PASSED) * inwards
        return [
            *self.to_start(tcp, behind),
            Leg(workspace.at_height(end, low), self._push_speed),
            self._leg(start, low),
        ]

    def _leg(self, place: Vector, height: float, tolerance: float = PASSED) -> Leg:
        return Leg(self._workspace.at_height(place, height), self._speed, tolerance)
