# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The one seam between the training loop and any world: a simulator in process, a ROS graph, or a real arm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.task import RelayTask
from rher_agent.worlds.state import Vector


class WorldError(RuntimeError):
    """A world could not go on: a node died, a reset was refused, an answer never came."""


@dataclass(frozen=True, eq=False)
class Step:
    """What a world answers to a reset (step 0) or to an action."""

    episode: int
    """Number of the episode, counted by the caller of reset."""
    step: int
    """0 after a reset, then one more per action."""
    observation: NDArray[np.float64]
    """The task's encoding of the world, absolute, in SI units; shape (task.layout.size,)."""
    desired_goal: Vector
    """Desired position of every object [m] in base_link, shape (objects, 3)."""
    action: Vector
    """The action really executed over the last period, after safety; shape (task.action_size,); zero at step 0."""
    clipped: bool = False
    """A limit changed the motion asked for."""
    stopped: bool = False
    """The motion was stopped: the transition must not be learned from and the episode ends."""
    truncated: bool = False
    """The last step of the episode: the horizon was reached or the world stopped."""
    age: float = 0.0
    """Age of the oldest thing seen in the observation when it was used [s]."""
    reason: str = ""
    """Which limit or stop, empty when none."""
    stamp_ns: int = 0
    """Time of the world when it was seen [ns]; 0 where the world tells none."""


class World(Protocol):
    """A world that serves one task."""

    @property
    def task(self) -> RelayTask:
        """The task served."""

    @property
    def name(self) -> str:
        """What a run's summary calls this world, such as mujoco or ros."""

    def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
        """Begin an episode.

        Args:
            seed: Draws the objects, the goal and the start of the arm, where the world can place them.
            goal: Desired position of every object [m] in base_link, shape (objects, 3); drawn when None.

        Returns:
            Step 0 of the episode.

        Raises:
            WorldError: The world refused or did not answer.
        """

    def step(self, action: Vector) -> Step:
        """Act for one control period.

        Args:
            action: In the unit ball, shape (task.action_size,); the task maps it to a twist.

        Raises:
            WorldError: The world did not answer.
        """

    def close(self) -> None:
        """Release what the world holds. The arm stays where it is."""
