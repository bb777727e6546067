# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which episode is asked for, which is being prepared, and which has begun, on a table with an arm that takes its time.

A request is accepted at once and reported when the arm stands at its start, which may be long after: an object may have
to be brought back, or a person may have to recover the arm in between.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from rher_interfaces.msg import Episode
from rher_interfaces.srv import Reset

from rher_agent.ros.conversions import point_array
from rher_agent.tasks.task import RelayTask
from rher_agent.worlds.state import Vector

UNSEEDED = -1
"""Seed told of an episode whose world drew it itself."""


class ResetRequests:
    """Answers requests for episodes.

    Args:
        task: The task served.
        refuse_goal: Returns why an object's desired position (3,) [m] cannot be served; empty when it can.
    """

    def __init__(self, task: RelayTask, refuse_goal: Callable[[Vector], str] = lambda place: "") -> None:
        self._task = task
        self._refuse_goal = refuse_goal
        self._wanted: Reset.Request | None = None
        self._begun: Episode | None = None

    @property
    def wanted(self) -> Reset.Request | None:
        """The request whose episode has not begun yet."""
        return None if self._begun is not None else self._wanted

    def answer(self, request: Reset.Request) -> Reset.Response:
        """Return the answer to a request: the episode when it has begun, and the same answer to every repeat."""
        response = Reset.Response()
        response.start.episode = request.episode
        response.message = self._refusal(request)
        if response.message:
            return response
        if request != self._wanted:
            self._wanted, self._begun = request, None
        response.accepted = True
        if self._begun is not None:
            response.ready, response.start = True, self._begun
        return response

    def begin(self, episode: Episode) -> None:
        """Note that the wanted episode has begun."""
        self._begun = episode

    def _refusal(self, request: Reset.Request) -> str:
        """Return why a request cannot be served; empty when it can."""
        if request.task != self._task.name:
            return f"task is '{request.task}'; allowed: {self._task.name}"
        count = len(self._task.object_names)
        if request.goal and len(request.goal) != count:
            return f"goal has {len(request.goal)} positions; allowed: {count}, or none"
        if not all(math.isfinite(value) for point in request.goal for value in (point.x, point.y, point.z)):
            return "a goal is not finite; allowed: positions in metres"
        if request.use_seed and request.seed < 0:
            return f"seed is {request.seed}; allowed: 0 or more"
        places = point_array(request.goal) if request.goal else ()
        return "; ".join(filter(None, (self._refuse_goal(place) for place in places)))
