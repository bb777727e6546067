# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Who could show a later stage what to do: the stage at hand, which may be learned already."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.storage.hindsight import Transitions
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_agent.tasks.task import RelayTask


class StageGuide:
    """Tells what the stage at hand strives for, where it comes before the stage of a row."""

    def __init__(self, task: RelayTask) -> None:
        self._rules = StageRules(task)
        self._reached_radius = task.contact_radius

    def goals(self, batch: Transitions) -> tuple[NDArray[np.int64], Goals]:
        """Return the indices of the rows that have a guide, shape (G,), and what it strives for in each.

        Whoever follows it pursues the goals of the rows, relabelled or not: the guide moves the object at hand where
        the row wants it, and leaves later objects where they were at the start of the episode.
        """
        own = batch.goals
        at_hand = self._rules.at_hand(batch.observations, own.objects, own.stages, self._reached_radius)
        rows = np.flatnonzero(at_hand < own.stages)
        goals = self._rules.goals(batch.observations[rows], batch.starts[rows], own.objects[rows], at_hand[rows])
        return rows, goals
