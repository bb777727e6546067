# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The table as the episode manager uses it: the square, the box of the TCP, and the heights."""

from __future__ import annotations

import math
from enum import Enum

import numpy as np

from rher_agent.episodes.readings import SeenObject
from rher_agent.episodes.settings import EpisodeSettings
from rher_agent.tasks.push import PushTask
from rher_agent.worlds.state import Vector

ROUNDING = 1e-6
"""How far outside the square a goal on its edge may lie by rounding [m]."""


class Whereabouts(Enum):
    """Where the object is."""

    INSIDE = "inside"
    """In the square: an episode can begin."""
    OUTSIDE = "outside"
    """Near the edge of the square or outside, where a push can bring it back."""
    OUT_OF_REACH = "out of reach"
    """Where the TCP cannot get behind it."""
    UNSEEN = "unseen"
    """Not known."""


class Workspace:
    """Geometry of one task on one table, in base_link.

    Args:
        task: Whose square and box.
        settings: Heights and margins.

    Raises:
        ValueError: The settings do not fit the task.
    """

    def __init__(self, task: PushTask, settings: EpisodeSettings) -> None:
        p = task.parameters
        self._settings = settings
        self.center = np.array(p.center)
        """Middle of the square [m], shape (2,)."""
        self.half = p.square / 2.0
        """Half its edge [m]."""
        if not settings.inset < self.half:
            raise ValueError(f"inset is {settings.inset} m; allowed: less than half the square, {self.half} m")
        self.rest_height = task.rest_height
        """Of the centre of an object on the table [m]."""
        self.goal_slack = p.tolerance / 2.0
        """How far over or under it a goal may be, so that it can be met strictly [m]."""
        self.tool_height = task.tool_height
        """Of the TCP while it pushes [m]."""
        self.travel_height = p.table_height + settings.travel_height
        """Of the TCP while it crosses [m]."""
        lower, upper = task.tcp_box
        room = settings.box_room - settings.reach
        self.lower = np.array((*(lower + room), self.tool_height))
        self.upper = np.array((*(upper - room), p.table_height + settings.park_height))
        """Corners of the box in which every target of the TCP lies [m], shape (3,) each."""
        self.park = self.clip(np.array((*(self.center + settings.park_offset), self.upper[2])))
        """Where the arm is parked [m], shape (3,)."""
        self.contact = p.cube_size / 2.0 + p.tool_radius
        """Least distance between TCP and object at which they touch: face on [m]."""
        self.start_distance = p.tcp_clearance
        """Least distance between TCP and object at which an episode can begin [m]."""
        self.start_room = p.tcp_margin - p.tcp_brake
        """How far outside the square the TCP may stand then, inside the box of the task [m]."""
        self.clear = p.cube_size / math.sqrt(2.0) + p.tool_radius + settings.push_clearance
        """Distance between TCP and object at which the tool comes down behind it [m]."""

    def clip(self, point: Vector) -> Vector:
        """Return the point of the box that is next to a point [m], shape (3,)."""
        return np.clip(point, self.lower, self.upper)

    def at_height(self, place: Vector, height: float) -> Vector:
        """Return the target over a place (2,) at a height [m], shape (3,)."""
        return self.clip(np.array((place[0], place[1], height)))

    def is_inside(self, place: Vector, margin: float = 0.0) -> bool:
        """Tell whether a place lies in the square, a margin [m] from its edge."""
        return bool(np.abs(place[:2] - self.center).max() <= self.half - margin)

    def refuse_goal(self, place: Vector) -> str:
        """Return why an object cannot be brought to a place (3,) [m] for an episode; empty when it can."""
        if not self.is_inside(place, -ROUNDING):
            return self._outside(place)
        low, high = self.rest_height - self.goal_slack, self.rest_height + self.goal_slack
        if low <= place[2] <= high:
            return ""
        return f"a goal at a height of {place[2]:.3f} m is off the table; allowed: {low:.3f} to {high:.3f} m"

    def _outside(self, place: Vector) -> str:
        (x, y), half = self.center.tolist(), self.half
        allowed = f"x {x - half:.3f} to {x + half:.3f} m, y {y - half:.3f} to {y + half:.3f} m"
        return f"a goal at {np.round(place[:2], 3).tolist()} m is outside the square; allowed: {allowed}"

    def inwards(self, place: Vector) -> Vector:
        """Return the unit direction from a place outside to the middle of the square, shape (2,)."""
        way: Vector = self.center - place[:2]
        return way / math.hypot(*way)

    def behind(self, place: Vector) -> Vector:
        """Return where the TCP stands before it pushes an object at a place inwards [m], shape (2,)."""
        behind: Vector = place[:2] - self.clear * self.inwards(place)
        return behind

    def whereabouts(self, seen: SeenObject | None, now: float) -> Whereabouts:
        """Tell where an object is.

        Args:
            seen: As it was seen last; None when it never was.
            now: Time [s].
        """
        if seen is None or not seen.is_known(now, self._settings.max_age):
            return Whereabouts.UNSEEN
        if self.is_inside(seen.position, self._settings.edge):
            return Whereabouts.INSIDE
        behind = self.behind(seen.position)
        reachable = (behind >= self.lower[:2]).all() and (behind <= self.upper[:2]).all()
        return Whereabouts.OUTSIDE if reachable else Whereabouts.OUT_OF_REACH
