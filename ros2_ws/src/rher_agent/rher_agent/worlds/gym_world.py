# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A goal-environment of gymnasium that nobody here wrote, as a World."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from rher_agent.tasks.gym_task import GymTask
from rher_agent.tasks.registry import make_gym_task
from rher_agent.worlds.action import check_action
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step, WorldError


class GymWorld:
    """Makes the environment of a task and translates both ways. Its episodes do not depend on those before."""

    name = "gym"

    def __init__(self, task: GymTask) -> None:
        """Make the environment; gymnasium is imported only now.

        Raises:
            WorldError: The module that registers the environment is not installed.
        """
        try:
            gymnasium = importlib.import_module("gymnasium")
            gymnasium.register_envs(importlib.import_module(task.gym_module))
        except ModuleNotFoundError as error:
            raise WorldError(
                f"task '{task.name}' needs {error.name}, which is not installed; "
                "allowed: pip install -r requirements/fetch.txt"
            ) from error
        self.task = task
        self._environment = gymnasium.make(task.gym_id, disable_env_checker=True)
        self._episode = 0
        self._step = 0
        self._over = True

    def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
        """Begin an episode.

        Args:
            seed: Draws the start and the goal.
            goal: Must be None, since a goal-environment draws its own goals.

        Raises:
            WorldError: A goal was given.
        """
        if goal is not None:
            raise WorldError(f"{self.task.gym_id} draws its own goals; allowed: a seed")
        seen, _ = self._environment.reset(seed=seed)
        self._episode += 1
        self._step = 0
        self._over = False
        return self._answer(seen, np.zeros(self.task.action_size))

    def step(self, action: Vector) -> Step:
        """Act for one control period.

        Raises:
            WorldError: The episode is over.
            ValueError: The action is not finite or has another shape.
        """
        if self._over:
            raise WorldError("the episode is over; allowed: reset")
        checked = check_action(self.task, action)
        seen, _, terminated, truncated, _ = self._environment.step(checked.astype(np.float32))
        self._step += 1
        self._over = terminated or truncated or self._step >= self.task.horizon
        return self._answer(seen, checked)

    def close(self) -> None:
        """Close the environment."""
        self._environment.close()

    def _answer(self, seen: dict[str, Any], action: Vector) -> Step:
        return Step(
            episode=self._episode,
            step=self._step,
            observation=self.task.encode(seen),
            desired_goal=self.task.goal(seen),
            action=action,
            truncated=self._over,
        )


def make_world(task_name: str) -> GymWorld:
    """Make the world of a task that gymnasium knows.

    Raises:
        UnknownTaskError: There is no such task.
        WorldError: The module that registers the environment is not installed.
    """
    return GymWorld(make_gym_task(task_name))
