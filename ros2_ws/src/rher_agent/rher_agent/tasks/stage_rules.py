# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The rules of the relay: what each stage strives for, and when it is done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.task import RelayTask, StageKind
from rher_agent.worlds.state import Vector


@dataclass(frozen=True, eq=False)
class Goals:
    """What each of B rows strives for."""

    stages: NDArray[np.int64]
    """Index of the stage, shape (B,)."""
    reach: Vector
    """Where the TCP should be [m] in base_link, shape (B, 3); of no meaning in a MOVE stage."""
    objects: Vector
    """Where every object should be [m] in base_link, shape (B, objects, 3)."""


class StageRules:
    """What every stage of a task strives for, and when it is done."""

    def __init__(self, task: RelayTask) -> None:
        """Take the rules from a task.

        Args:
            task: Whose stages.

        Raises:
            ValueError: A MOVE stage does not follow the REACH stage of its object.
        """
        for index, stage in enumerate(task.stages):
            before = task.stages[index - 1] if index else None
            if stage.kind is StageKind.MOVE and (
                before is None or before.kind is not StageKind.REACH or before.object_index != stage.object_index
            ):
                raise ValueError(
                    f"stage '{stage.name}' moves an object; allowed: right after the stage that reaches it"
                )
        layout = task.layout
        self._tcp = layout.tcp_position
        self._objects = np.stack([np.arange(s.start, s.stop) for s in layout.object_positions])
        self.is_reach = np.array([stage.kind is StageKind.REACH for stage in task.stages])
        """Whether each stage is a REACH stage, shape (stages,)."""
        self.tolerance = np.array([stage.tolerance for stage in task.stages])
        """Of each stage [m], shape (stages,)."""
        self.object_index = np.array([stage.object_index for stage in task.stages])
        """The object of each stage, shape (stages,)."""
        self._carried_by = task.carried_by
        count = len(task.object_names)
        self.holds = ~(self.is_reach[:, None] & (self.object_index[:, None] == np.arange(count)))
        """Which objects a stage binds to a position, shape (stages, objects): all but the one being reached."""

    def object_positions(self, observations: NDArray[np.float64]) -> Vector:
        """Return the object positions of observations (B, size) as (B, objects, 3)."""
        positions: Vector = observations[:, self._objects]
        return positions

    def tcp_positions(self, observations: NDArray[np.float64]) -> Vector:
        """Return the TCP positions of observations (B, size) as (B, 3)."""
        positions: Vector = observations[:, self._tcp]
        return positions

    def goals(
        self, observations: NDArray[np.float64], starts: Vector, desired_goals: Vector, stages: NDArray[np.int64]
    ) -> Goals:
        """Return what stages strive for without hindsight.

        Objects of earlier stages stay at their desired goal, the object of a MOVE stage goes to its own, objects of
        later stages stay where they were at the start of the episode, or go as far as what carries them, and a REACH
        stage wants the TCP at its object (Luo et al. 2023, rearranged tasks).

        Args:
            observations: Shape (B, size).
            starts: Object positions at the start of the episodes [m], shape (B, objects, 3).
            desired_goals: Goals of the episodes [m], shape (B, objects, 3).
            stages: Shape (B,).
        """
        current = self.object_index[stages]
        later = np.arange(starts.shape[1]) > current[:, None]
        objects = np.where(later[:, :, None], starts, desired_goals)
        for index, carrier in self._carried_by:
            # While it is only reached, nothing carries anything.
            way = (objects[:, carrier] - starts[:, carrier]) * self.holds[stages, carrier, None]
            objects[:, index] = np.where(later[:, index, None], starts[:, index] + way, desired_goals[:, index])
        reach = self.object_positions(observations)[np.arange(len(stages)), current]
        return Goals(stages, reach, objects)

    def done(
        self, observations: NDArray[np.float64], goals: Goals, *, precision: NDArray[np.float64] | float = 1.0
    ) -> NDArray[np.bool_]:
        """Tell for B observations whether each is where its stage wants it, shape (B,).

        Args:
            observations: Shape (B, size).
            goals: What each row strives for.
            precision: Share of the tolerances within which rows count as done; shape (B,), or one for all.
        """
        tolerance = precision * self.tolerance[goals.stages]
        reach_error = np.linalg.norm(self.tcp_positions(observations) - goals.reach, axis=1)
        object_error = np.linalg.norm(self.object_positions(observations) - goals.objects, axis=2)
        reached = ~self.is_reach[goals.stages] | (reach_error <= tolerance)
        held = (object_error <= tolerance[:, None]) | ~self.holds[goals.stages]
        return reached & np.all(held, axis=1)
