# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Preallocated storage of whole episodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.storage.episode import Episode
from rher_agent.tasks.task import RelayTask


class ReplayBuffer:
    """A ring of episodes, each stored once and shared by all stages.

    Attributes:
        observations: Shape (capacity, horizon + 1, task.layout.size).
        actions: Shape (capacity, horizon, task.action_size).
        desired_goals: Shape (capacity, objects, 3) [m] in base_link.
        lengths: Steps of each episode, shape (capacity,).
        total_added: Episodes ever added.
    """

    def __init__(self, task: RelayTask, capacity: int) -> None:
        """Allocate room for `capacity` episodes of the task.

        Raises:
            ValueError: The capacity is not positive.
        """
        if capacity < 1:
            raise ValueError(f"capacity is {capacity} episodes; allowed: 1 or more")
        self.capacity = capacity
        self.observations = np.zeros((capacity, task.horizon + 1, task.layout.size))
        self.actions = np.zeros((capacity, task.horizon, task.action_size))
        self.desired_goals = np.zeros((capacity, len(task.object_names), 3))
        self.lengths = np.zeros(capacity, dtype=np.int64)
        self.total_added = 0
        self._usable = np.zeros((capacity, task.horizon), dtype=bool)
        self._transitions = np.zeros((0, 2), dtype=np.int64)

    def __len__(self) -> int:
        """Return the number of episodes held."""
        return min(self.total_added, self.capacity)

    @property
    def transitions(self) -> NDArray[np.int64]:
        """Every transition that may be learned from, as rows of (episode, step)."""
        return self._transitions

    def add(self, episode: Episode) -> None:
        """Store an episode in place of the oldest.

        Raises:
            ValueError: The episode is longer than the task's horizon.
        """
        steps = len(episode)
        horizon = self.actions.shape[1]
        if steps > horizon:
            raise ValueError(f"the episode has {steps} steps; allowed: up to the task's horizon, {horizon}")
        row = self.total_added % self.capacity
        self.observations[row, : steps + 1] = episode.observations
        self.actions[row, :steps] = episode.actions
        self.desired_goals[row] = episode.desired_goal
        self.lengths[row] = steps
        self._usable[row] = False
        self._usable[row, :steps] = episode.usable
        self.total_added += 1
        self._transitions = np.argwhere(self._usable[: len(self)])
