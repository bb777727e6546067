# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The tasks by name, found in this folder: those of an arm, and those whose world gymnasium makes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rher_agent import tasks
from rher_agent.tasks.gym_task import GymTask
from rher_agent.tasks.task import RelayTask, Task


class UnknownTaskError(ValueError):
    """A task has no such name."""


class MisnamedTaskError(UnknownTaskError):
    """The name of a task is not that of its file, so that nobody would find it."""


def task_names() -> tuple[str, ...]:
    """Return the names of all tasks of an arm, sorted."""
    return tuple(sorted(_arm_tasks()))


def gym_task_names() -> tuple[str, ...]:
    """Return the names of all tasks whose world gymnasium makes, sorted."""
    return tuple(sorted(_gym_tasks()))


def make_task(name: str, parameters: object = None) -> Task:
    """Make a task of an arm.

    Args:
        name: Of the task.
        parameters: Of its kind, as its attribute `parameters` holds; its published defaults when None.

    Raises:
        UnknownTaskError: The name is unknown; the message lists the known ones.
    """
    known = _arm_tasks()
    if name not in known:
        raise _unknown(name, task_names())
    return known[name]() if parameters is None else known[name](parameters)


def make_gym_task(name: str) -> GymTask:
    """Make a task whose world gymnasium makes.

    Raises:
        UnknownTaskError: The name is unknown; the message lists the known ones.
    """
    known = _gym_tasks()
    if name not in known:
        raise _unknown(name, gym_task_names())
    return known[name]()


def make_relay_task(name: str) -> RelayTask:
    """Make any task, as far as the learner needs to know it.

    Raises:
        UnknownTaskError: The name is unknown; the message lists the known ones.
    """
    if name in task_names():
        return make_task(name)
    if name in gym_task_names():
        return make_gym_task(name)
    raise _unknown(name, (*task_names(), *gym_task_names()))


def _unknown(name: str, allowed: Iterable[str]) -> UnknownTaskError:
    return UnknownTaskError(f"unknown task '{name}'; allowed: {', '.join(allowed)}")


def _arm_tasks() -> dict[str, Callable[..., Task]]:
    return {task.name: task for task in _find() if not hasattr(task, "gym_id")}


def _gym_tasks() -> dict[str, Callable[[], GymTask]]:
    return {task.name: task for task in _find() if hasattr(task, "gym_id")}


def _find() -> Iterator[type[Any]]:
    """Find the tasks of this folder: in each module the class whose `name` is that of the module.

    Raises:
        MisnamedTaskError: A module has a task of another name; what several tasks have in common has none.
    """
    for found in pkgutil.iter_modules(tasks.__path__):
        module = importlib.import_module(f"{tasks.__name__}.{found.name}")
        for value in vars(module).values():
            if not isinstance(value, type) or value.__module__ != module.__name__:
                continue
            name = getattr(value, "name", None)
            if name == found.name:
                yield value
            elif isinstance(name, str) and name and hasattr(value, "stages"):
                raise MisnamedTaskError(
                    f"{value.__name__} of {module.__file__} has the name '{name}'; allowed: '{found.name}', that of "
                    "its file, or '' for what is no task by itself"
                )
