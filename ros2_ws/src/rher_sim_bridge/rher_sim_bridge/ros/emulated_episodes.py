# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where episodes begin on an emulated table whose cube can be put anywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rher_agent.ros.reset_requests import ResetRequests
from rher_agent.tasks.push import PushTask

Vector = NDArray[np.float64]

MAX_DRAWS = 1000
"""Draws after which no place for the object is found."""


class EmulatedEpisodes(ResetRequests):
    """Answers requests for episodes and draws their starts.

    Args:
        task: Draws objects and goals.
    """

    def __init__(self, task: PushTask) -> None:
        super().__init__(task)
        self._push = task
        self._rng = np.random.default_rng()

    def draw(self, tcp_position: Vector) -> tuple[Vector, float, Vector]:
        """Draw the start of the wanted episode, with the object clear of the arm.

        Args:
            tcp_position: Where the TCP stands [m] in base_link, shape (3,).

        Returns:
            Position of the object (3,) [m], its yaw [rad], and the desired goals (objects, 3) [m].

        Raises:
            RuntimeError: No episode is wanted, or no place is clear of the arm.
        """
        wanted = self.wanted
        if wanted is None:
            raise RuntimeError("no episode is wanted")
        rng = np.random.default_rng(wanted.seed) if wanted.use_seed else self._rng
        clearance = self._push.parameters.tcp_clearance
        for _ in range(MAX_DRAWS):
            start = self._push.sample_start(rng)
            place = start.body_positions[0]
            if np.linalg.norm(place[:2] - tcp_position[:2]) < clearance:
                continue
            goal = start.desired_goal
            if wanted.goal:
                goal = np.array([(point.x, point.y, point.z) for point in wanted.goal])
            return place, float(start.body_yaws[0]), goal
        raise RuntimeError(f"no place on the table is {clearance} m away from {tcp_position}")
