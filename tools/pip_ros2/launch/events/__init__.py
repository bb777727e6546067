# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The events of the subset: Shutdown, IncludeLaunchDescription and those of processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..event import Event
from ..subset import outside_subset
from . import process
from .process import matches_action

if TYPE_CHECKING:
    from ..launch_description import LaunchDescription

__all__ = ["IncludeLaunchDescription", "Shutdown", "matches_action", "process"]


class Shutdown(Event):
    """The launched system is to stop.

    Attributes:
        reason: Why.
        due_to_sigint: Whether Ctrl-C asked for it.
    """

    name = "launch.events.Shutdown"

    def __init__(self, *, reason: str = "reason not given", due_to_sigint: bool = False) -> None:
        self.reason = reason
        self.due_to_sigint = due_to_sigint


class IncludeLaunchDescription(Event):
    """A launch description is to be visited.

    Attributes:
        launch_description: The description.
    """

    name = "launch.events.IncludeLaunchDescription"

    def __init__(self, launch_description: LaunchDescription) -> None:
        self.launch_description = launch_description


__getattr__ = outside_subset(__name__, __all__)
