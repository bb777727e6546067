# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The tasks by name."""

from __future__ import annotations

from collections.abc import Callable

from rher_agent.tasks.push import PushTask
from rher_agent.tasks.task import Task

_TASKS: dict[str, Callable[[], Task]] = {"push": PushTask}


class UnknownTaskError(ValueError):
    """A task has no such name."""


def task_names() -> tuple[str, ...]:
    """Return the names of all tasks, sorted."""
    return tuple(sorted(_TASKS))


def make_task(name: str) -> Task:
    """Make a task with its published defaults.

    Raises:
        UnknownTaskError: The name is unknown; the message lists the known ones.
    """
    if name not in _TASKS:
        raise UnknownTaskError(f"unknown task '{name}'; allowed: {', '.join(task_names())}")
    return _TASKS[name]()
