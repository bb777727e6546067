# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which episode is asked for, which is being prepared, and which has begun, on a table with an arm that takes its time.

A request is accepted at once and reported when the arm stands at its start, which may be long after: a person may have
to recover the arm in between.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from rher_agent.tasks.push import PushTask
from rher_interfaces.msg import Episode
from rher_interfaces.srv import Reset

Vector = NDArray[np.float64]

UNSEEDED = -1
"""Seed told of an episode whose world drew it itself."""
MAX_DRAWS = 1000
"""Draws after which no place for the object is found."""


class EmulatedEpisodes:
    """Answers requests for episodes.

    Args:
        task: Draws objects and goals.
    """

    def __init__(self, task: PushTask) -> None:
        self._task = task
        self._rng = np.random.default_rng()
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
        if request.task != self._task.name:
            response.message = f"task is '{request.task}'; allowed: {self._task.name}"
            return response
        count = len(self._task.object_names)
        if request.goal and len(request.goal) != count:
            response.message = f"goal has {len(request.goal)} positions; allowed: {count}, or none"
            return response
        if not all(math.isfinite(value) for point in request.goal for value in (point.x, point.y, point.z)):
            response.message = "a goal is not finite; allowed: positions in metres"
            return response
        if request.use_seed and request.seed < 0:
            response.message = f"seed is {request.seed}; allowed: 0 or more"
            return response
        if request != self._wanted:
            self._wanted, self._begun = request, None
        response.accepted = True
        if self._begun is not None:
            response.ready, response.start = True, self._begun
        return response

    def draw(self, tcp_position: Vector) -> tuple[Vector, float, Vector]:
        """Draw the start of the wanted episode, with the object clear of the arm.

        Args:
            tcp_position: Where the TCP stands [m] in base_link, shape (3,).

        Returns:
            Position of the object (3,) [m], its yaw [rad], and the desired goals (objects, 3) [m].

        Raises:
            RuntimeError: No episode is wanted, or no place is clear of the arm.
        """
        if self.wanted is None:
            raise RuntimeError("no episode is wanted")
        rng = np.random.default_rng(self.wanted.seed) if self.wanted.use_seed else self._rng
        clearance = self._task.parameters.tcp_clearance
        for _ in range(MAX_DRAWS):
            start = self._task.sample_start(rng)
            place = start.object_positions[0]
            if np.linalg.norm(place[:2] - tcp_position[:2]) < clearance:
                continue
            goal = start.desired_goal
            if self.wanted.goal:
                goal = np.array([(point.x, point.y, point.z) for point in self.wanted.goal])
            return place, float(start.object_yaws[0]), goal
        raise RuntimeError(f"no place on the table is {clearance} m away from {tcp_position}")

    def begin(self, episode: Episode) -> None:
        """Note that the wanted episode has begun."""
        self._begun = episode
