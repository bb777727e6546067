# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The symmetry of alike objects, used exactly: the one that has to be moved now is always shown first.

Which of two equal cubes is called the first changes nothing about how they move. Shown in the order in which they are
to be moved, they share what is learned of any of them: who can push the first cube can push the second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.roles import Roles, roles_of_alike
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_agent.tasks.task import RelayTask


class Exchange:
    """Brings alike objects into one order: who leads, then the others in the order of the task.

    The leader is the first object that its stage binds to a position and that is astray; where there is none, the
    object that the stage reaches or moves.

    Attributes:
        roles: What is left to tell apart when the order is fixed.
    """

    def __init__(self, task: RelayTask, *, precision: float) -> None:
        """Read the task.

        Args:
            task: Whose objects are alike.
            precision: Share of a stage's tolerance beyond which an object counts as astray.
        """
        self._rules = rules = StageRules(task)
        self._count = len(task.object_names)
        self._astray = precision * rules.tolerance
        layout = task.layout
        parts = zip(layout.object_positions, layout.object_parts, strict=True)
        self._entries = np.array([np.r_[(position, *others)] for position, others in parts])
        self.roles: Roles = roles_of_alike(self._count)

    def arrange(
        self, observations: NDArray[np.float64], goals: Goals
    ) -> tuple[NDArray[np.float64], Goals, NDArray[np.int64]]:
        """Return observations (B, layout.size) and their goals with the leader first, and the role of each row (B,)."""
        order = self._order(observations, goals)
        rows = np.arange(len(observations))[:, None]
        seen = observations.copy()
        seen[:, self._entries.ravel()] = observations[rows, self._entries[order].reshape(len(rows), -1)]
        own = self._rules.object_index[goals.stages]
        place = (order == own[:, None]).argmax(axis=1)
        roles = np.where(self._rules.is_reach[goals.stages], place, self._count)
        return seen, Goals(goals.stages, goals.reach, goals.objects[rows, order]), roles

    def _order(self, observations: NDArray[np.float64], goals: Goals) -> NDArray[np.int64]:
        """Return the objects of each row in the order in which they are shown, shape (B, objects)."""
        errors = np.linalg.norm(self._rules.object_positions(observations) - goals.objects, axis=2)
        astray = self._rules.holds[goals.stages] & (errors > self._astray[goals.stages, None])
        own = self._rules.object_index[goals.stages]
        leader = np.where(astray.any(axis=1), astray.argmax(axis=1), own)
        return np.argsort(np.arange(self._count) != leader[:, None], axis=1, kind="stable")
