# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Preallocated storage of whole episodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.storage.episode import Episode
from rher_agent.tasks.task import RelayTask, StageKind

GRAVITY = 9.81
"""[m/s^2]"""
MOST_ENERGY = 0.5
"""Energy that one step may add, per mass [J/kg] (clip_energy of the published code)."""
LEAST_ENERGY = 1e-3
"""Of every episode, so that each may be drawn [J/kg]."""


class ReplayBuffer:
    """A ring of episodes, each stored once and shared by all stages.

    Attributes:
        observations: Shape (capacity, horizon + 1, task.layout.size).
        actions: Shape (capacity, horizon, task.action_size).
        desired_goals: Shape (capacity, objects, 3) [m] in base_link.
        lengths: Steps of each episode, shape (capacity,).
        usable: Whether a step exists and may be learned from, shape (capacity, horizon).
        stopped: Whether a step that may be learned from led to a stop, shape (capacity, horizon).
        at_hand: Index of the object that had to be moved at each step, the first that was not at its goal, else the
            last; shape (capacity, horizon).
        energies: Energy that the objects took up in each episode [J/kg], shape (capacity,).
        total_added: Episodes ever added.
    """

    def __init__(self, task: RelayTask, capacity: int, *, learn_stops: bool = False) -> None:
        """Allocate room for `capacity` episodes of the task.

        Args:
            task: Gives the shapes.
            capacity: Number of episodes.
            learn_stops: Whether the last step of an episode that was stopped may be learned from; one that is not
                usable is taken for that, so this is for worlds that see everything at once.

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
        self.energies = np.zeros(capacity)
        self.at_hand = np.zeros((capacity, task.horizon), dtype=np.int8)
        self.total_added = 0
        self._layout, self._period = task.layout, task.control_period
        moves = {stage.object_index: stage.tolerance for stage in task.stages if stage.kind is StageKind.MOVE}
        # An object that is only reached is nowhere astray.
        self._tolerances = np.array([moves.get(index, np.inf) for index in range(len(task.object_names))])
        self.usable = np.zeros((capacity, task.horizon), dtype=bool)
        self.stopped = np.zeros((capacity, task.horizon), dtype=bool)
        self._learn_stops = learn_stops
        self._transitions: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """Return the number of episodes held."""
        return min(self.total_added, self.capacity)

    @property
    def transitions(self) -> NDArray[np.int64]:
        """Every transition that may be learned from, as rows of (episode, step)."""
        if self._transitions is None:
            self._transitions = np.argwhere(self.usable[: len(self)])
        return self._transitions

    def add(self, episode: Episode) -> None:
        """Store an episode in place of the oldest.

        Raises:
            ValueError: The episode is longer than the task's horizon, or its goal is of other objects.
        """
        steps = len(episode)
        horizon = self.actions.shape[1]
        if steps > horizon:
            raise ValueError(f"the episode has {steps} steps; allowed: up to the task's horizon, {horizon}")
        if episode.desired_goal.shape != self.desired_goals.shape[1:]:
            shape = episode.desired_goal.shape
            raise ValueError(f"desired_goal is of shape {shape}; allowed: {self.desired_goals.shape[1:]}")
        row = self.total_added % self.capacity
        self.observations[row, : steps + 1] = episode.observations
        self.actions[row, :steps] = episode.actions
        self.desired_goals[row] = episode.desired_goal
        self.lengths[row] = steps
        objects = np.stack([episode.observations[:, where] for where in self._layout.object_positions], axis=1)
        self.energies[row] = energy_taken_up(objects, self._period)
        astray = np.linalg.norm(objects[:steps] - episode.desired_goal, axis=2) > self._tolerances
        astray[:, -1] = True
        self.at_hand[row, :steps] = astray.argmax(axis=1)
        self.usable[row] = False
        self.usable[row, :steps] = episode.usable
        self.stopped[row] = False
        if self._learn_stops and not episode.usable[-1]:
            self.usable[row, steps - 1] = self.stopped[row, steps - 1] = True
        self.total_added += 1
        # Found anew when asked for: a run that is resumed adds all its episodes first.
        self._transitions = None


def energy_taken_up(positions: NDArray[np.float64], period: float) -> float:
    """Return the energy per mass that objects took up step by step, E = g z + v^2 / 2 (Zhao and Tresp 2018, eq. 2-7).

    Args:
        positions: Of the objects at T + 1 instants [m], shape (T + 1, objects, 3).
        period: Time between them [s].

    Returns:
        The sum over objects and steps of what each step added, 0 to MOST_ENERGY a step [J/kg].
    """
    if len(positions) < 3:
        return LEAST_ENERGY
    speed = np.linalg.norm(np.diff(positions, axis=0), axis=2) / period
    energy = GRAVITY * positions[1:, :, 2] + 0.5 * speed**2
    return LEAST_ENERGY + float(np.clip(np.diff(energy, axis=0), 0.0, MOST_ENERGY).sum())
