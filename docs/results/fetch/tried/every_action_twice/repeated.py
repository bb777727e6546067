# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""FetchPush in which every action is taken twice: `world: "repeated:make_world"` of a matrix, with this on the path."""

from __future__ import annotations

from typing import Any

from rher_agent.tasks.fetch_push import FetchPushTask
from rher_agent.worlds.gym_world import GymWorld


class RepeatedTask(FetchPushTask):
    """Half as many decisions, each twice as long."""

    horizon = 25
    control_period = 0.08
    step_length = 0.1


class Twice:
    """An environment of gymnasium that takes every action twice."""

    def __init__(self, environment: Any) -> None:
        self._environment = environment

    def step(self, action: Any) -> Any:
        """Take it, and again."""
        self._environment.step(action)
        return self._environment.step(action)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._environment, name)


def make_world(task_name: str) -> GymWorld:
    """Make the world of fetch_push; the name of the task is for the matrix."""
    world = GymWorld(RepeatedTask())
    world._environment = Twice(world._environment)
    return world
