# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Event handlers: entities to be visited when an event matches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .event import Event
from .launch_description_entity import SomeEntitiesType
from .subset import SubsetMeta

if TYPE_CHECKING:
    from .launch_context import LaunchContext


class BaseEventHandler(metaclass=SubsetMeta):
    """A matcher, and what to do with a matching event."""

    def __init__(self, *, matcher: Callable[[Event], bool], handle_once: bool = False) -> None:
        self._matcher = matcher
        self._handle_once = handle_once

    def matches(self, event: Event) -> bool:
        """Return whether this handler is for ``event``."""
        return self._matcher(event)

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Put the event into the locals and return the entities to be visited, or None."""
        context.extend_locals({"event": event})
        if self._handle_once:
            context.unregister_event_handler(self)
        return None

    def get_sub_entities(self) -> list:
        """Return the entities that are known before launching."""
        return []


class EventHandler(BaseEventHandler):
    """Gives the same entities for each matching event."""

    def __init__(
        self,
        *,
        matcher: Callable[[Event], bool],
        entities: SomeEntitiesType | None = None,
        handle_once: bool = False,
    ) -> None:
        super().__init__(matcher=matcher, handle_once=handle_once)
        self.entities = entities

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Return the entities."""
        super().handle(event, context)
        return self.entities
