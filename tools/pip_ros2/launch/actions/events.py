# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Actions that emit events or register their handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import events
from ..action import Action
from ..condition import Condition
from ..event import Event
from ..event_handler import BaseEventHandler
from ..events.process import ProcessExited
from ..launch_description_entity import LaunchDescriptionEntity
from ..logging import get_logger

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class EmitEvent(Action):
    """Emits an event."""

    def __init__(self, *, event: Event, condition: Condition | None = None) -> None:
        super().__init__(condition=condition)
        self.event = event

    def execute(self, context: LaunchContext) -> None:
        """Emit it."""
        context.emit_event_sync(self.event)


class Shutdown(EmitEvent):
    """Shuts the launched system down; the usual ``on_exit`` of a process that all others need."""

    def __init__(self, *, reason: str = "reason not given", condition: Condition | None = None) -> None:
        super().__init__(event=events.Shutdown(reason=reason), condition=condition)

    def execute(self, context: LaunchContext) -> None:
        """Emit the Shutdown event and say which process caused it."""
        cause = context.get_locals_as_dict().get("event")
        if isinstance(cause, ProcessExited):
            get_logger("launch").info("process[%s] was required: shutting down launched system", cause.process_name)
        super().execute(context)


class RegisterEventHandler(Action):
    """Registers an event handler."""

    def __init__(self, event_handler: BaseEventHandler, *, condition: Condition | None = None) -> None:
        super().__init__(condition=condition)
        self.event_handler = event_handler

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the entities of the handler."""
        return self.event_handler.get_sub_entities()

    def execute(self, context: LaunchContext) -> None:
        """Register it."""
        context.register_event_handler(self.event_handler)
