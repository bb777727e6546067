# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The tasks by name: those of an arm, and those whose world gymnasium makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rher_agent.tasks.fetch_pick_and_place import FetchPickAndPlaceTask
from rher_agent.tasks.fetch_push import FetchPushTask
from rher_agent.tasks.fetch_reach import FetchReachTask
from rher_agent.tasks.gym_task import GymTask
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.task import RelayTask, Task

_ARM_TASKS: dict[str, Callable[..., Task]] = {"push": PushTask}
_GYM_TASKS: dict[str, Callable[[], GymTask]] = {
    task.name: task for task in (FetchReachTask, FetchPushTask, FetchPickAndPlaceTask)
}


class UnknownTaskError(ValueError):
    """A task has no such name."""


def task_names() -> tuple[str, ...]:
    """Return the names of all tasks of an arm, sorted."""
    return tuple(sorted(_ARM_TASKS))


def gym_task_names() -> tuple[str, ...]:
    """Return the names of all tasks whose world gymnasium makes, sorted."""
    return tuple(sorted(_GYM_TASKS))


def make_task(name: str, parameters: object = None) -> Task:
    """Make a task of an arm.

    Args:
        name: Of the task.
        parameters: Of its kind, as its attribute `parameters` holds; its published defaults when None.

    Raises:
        UnknownTaskError: The name is unknown; the message lists the known ones.
    """
    if name not in _ARM_TASKS:
        raise _unknown(name, task_names())
    return _ARM_TASKS[name]() if parameters is None else _ARM_TASKS[name](parameters)


def make_gym_task(name: str) -> GymTask:
    """Make a task whose world gymnasium makes.

    Raises:
        UnknownTaskError: The name is unknown; the message lists the known ones.
    """
    if name not in _GYM_TASKS:
        raise _unknown(name, gym_task_names())
    return _GYM_TASKS[name]()


def make_relay_task(name: str) -> RelayTask:
    """Make any task, as far as the learner needs to know it.

    Raises:
        UnknownTaskError: The name is unknown; the message lists the known ones.
    """
    if name not in _ARM_TASKS and name not in _GYM_TASKS:
        raise _unknown(name, (*task_names(), *gym_task_names()))
    return make_task(name) if name in _ARM_TASKS else make_gym_task(name)


def _unknown(name: str, allowed: Iterable[str]) -> UnknownTaskError:
    return UnknownTaskError(f"unknown task '{name}'; allowed: {', '.join(allowed)}")
