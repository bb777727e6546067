# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Reads off the world which stage has to be done now."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.stage_rules import StageRules
from rher_agent.tasks.task import RelayTask, StageKind
from rher_agent.worlds.state import Vector


class StageReader:
    """Tells the stage at hand: of the first object that is not at its goal, reached or not."""

    def __init__(self, task: RelayTask, *, reached_radius: float = 0.0) -> None:
        """Take the stages from a task.

        Args:
            task: Whose stages.
            reached_radius: Distance TCP to object within which a reach counts as done [m]; 0 for the task's own.
        """
        self._rules = StageRules(task)
        self._stages = task.stages
        self._last = len(task.stages) - 1
        self._radius = reached_radius or task.contact_radius

    def at_hand(self, observation: NDArray[np.float64], desired_goal: Vector) -> int:
        """Return the stage that has to be done now, read off an observation (size,) and goals (objects, 3)."""
        objects = self._rules.object_positions(observation[None])[0]
        tcp = self._rules.tcp_positions(observation[None])[0]
        for index, stage in enumerate(self._stages):
            if stage.kind is StageKind.REACH:
                continue
            position = objects[stage.object_index]
            if index < self._last and np.linalg.norm(position - desired_goal[stage.object_index]) <= stage.tolerance:
                continue
            reached = np.linalg.norm(tcp - position) <= self._radius
            return index if reached else index - 1
        return self._last
