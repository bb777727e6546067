# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The event handlers of the subset: start and exit of processes, and the shutdown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..event import Event
from ..event_handler import BaseEventHandler
from ..events import Shutdown
from ..events.process import ProcessExited, ProcessStarted, RunningProcessEvent
from ..launch_description_entity import LaunchDescriptionEntity, SomeEntitiesType, normalize_entities
from ..subset import outside_subset

if TYPE_CHECKING:
    from ..launch_context import LaunchContext

__all__ = ["OnProcessExit", "OnProcessStart", "OnShutdown"]

Reaction = SomeEntitiesType | Callable[[Any, Any], SomeEntitiesType | None] | None
Target = Action | Callable[[Any], bool] | None


class _Reacting(BaseEventHandler):
    """Gives entities, or what a function of (event, context) returns."""

    def __init__(self, *, matcher: Callable[[Event], bool], reaction: Reaction, handle_once: bool) -> None:
        super().__init__(matcher=matcher, handle_once=handle_once)
        self._function = reaction if callable(reaction) else None
        self._entities: list[LaunchDescriptionEntity] = (
            [] if callable(reaction) else normalize_entities(reaction, type(self).__name__)
        )

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the entities given to the constructor."""
        return self._entities

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Return the entities for ``event``."""
        super().handle(event, context)
        return self._entities if self._function is None else self._function(event, context)


def _process_matcher(event_type: type[RunningProcessEvent], target: Target) -> Callable[[Event], bool]:
    def matches(event: Event) -> bool:
        if not isinstance(event, event_type):
            return False
        if target is None:
            return True
        return target(event.action) if callable(target) else event.action is target

    return matches


class OnProcessExit(_Reacting):
    """Reacts to the exit of the process of ``target_action``, of the matching ones, or of any."""

    def __init__(self, *, target_action: Target = None, on_exit: Reaction = None, handle_once: bool = False) -> None:
        matcher = _process_matcher(ProcessExited, target_action)
        super().__init__(matcher=matcher, reaction=on_exit, handle_once=handle_once)


class OnProcessStart(_Reacting):
    """Reacts to the start of the process of ``target_action``, of the matching ones, or of any."""

    def __init__(self, *, target_action: Target = None, on_start: Reaction = None, handle_once: bool = False) -> None:
        matcher = _process_matcher(ProcessStarted, target_action)
        super().__init__(matcher=matcher, reaction=on_start, handle_once=handle_once)


class OnShutdown(_Reacting):
    """Reacts to the shutdown of the launched system."""

    def __init__(self, *, on_shutdown: Reaction, handle_once: bool = False) -> None:
        super().__init__(
            matcher=lambda event: isinstance(event, Shutdown), reaction=on_shutdown, handle_once=handle_once
        )


__getattr__ = outside_subset(__name__, __all__)
