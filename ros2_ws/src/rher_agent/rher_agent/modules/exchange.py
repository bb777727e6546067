# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The symmetry of alike objects: the one that has to be moved now is always shown first.

Which of two equal cubes is called the first changes nothing about how they move. The networks are not told the name of
the one that leads, so that what is learned of any is known of all: who can push the first cube can push the second.
Names still decide who leads when several are astray, and in which order the others follow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.roles import Roles, roles_of_alike
from rher_agent.storage.hindsight import HindsightConfig
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_agent.tasks.task import RelayTask


class Exchange:
    """Brings alike objects into one order: who leads, then the others in the order of the task.

    The leader is the first object that its stage binds to a position and that is astray; where there is none, the
    object that the stage reaches or moves.

    Attributes:
        roles: What is left to tell apart when the order is fixed.
    """

    def __init__(self, task: RelayTask, hindsight: HindsightConfig) -> None:
        """Read the task.

        Args:
            task: Whose objects are alike.
            hindsight: Tells how near to its goal an object has to be not to be astray.

        Raises:
            ValueError: The layout does not tell what belongs to which object, or stages differ in tolerance.
        """
        self._rules = rules = StageRules(task)
        self._count = len(task.object_names)
        self._astray = hindsight.astray(rules.is_reach) * rules.tolerance
        if len(set(rules.tolerance)) > 1:
            given = f"the tolerances of '{task.name}' are {rules.tolerance.tolist()} m"
            raise ValueError(f"{given}; allowed where objects are alike: one for all stages")
        layout = task.layout
        if len(layout.object_parts) != self._count:
            raise ValueError(
                f"object_parts of the layout of '{task.name}' tells of {len(layout.object_parts)} objects; allowed "
                f"where objects are alike: of all {self._count}"
            )
        parts = zip(layout.object_positions, layout.object_parts, strict=True)
        self._entries = np.array([np.r_[(position, *others)] for position, others in parts])
        self.roles: Roles = roles_of_alike(self._count)

    def arrange(
        self, observations: NDArray[np.float64], goals: Goals
    ) -> tuple[NDArray[np.float64], Goals, NDArray[np.int64]]:
        """Return observations (B, layout.size) and their goals with the leader first, and the role of each row (B,)."""
        rows = np.arange(len(observations))[:, None]
        own = self._rules.object_index[goals.stages]
        order = self._order(observations, goals, own)
        seen = observations.copy()
        seen[:, self._entries.ravel()] = observations[rows, self._entries[order].reshape(len(rows), -1)]
        place = (order == own[:, None]).argmax(axis=1)
        roles = np.where(self._rules.is_reach[goals.stages], place, self._count)
        return seen, Goals(goals.stages, goals.reach, goals.objects[rows, order]), roles

    def _order(self, observations: NDArray[np.float64], goals: Goals, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the objects of each row, own those of the stages, in the order to show them in, shape (B, objects)."""
        errors = np.linalg.norm(self._rules.object_positions(observations) - goals.objects, axis=2)
        astray = self._rules.holds[goals.stages] & (errors > self._astray[goals.stages, None])
        leader = np.where(astray.any(axis=1), astray.argmax(axis=1), own)
        return np.argsort(np.arange(self._count) != leader[:, None], axis=1, kind="stable")
