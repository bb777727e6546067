# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""LaunchContext: the state that launching works on."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from .event import Event
from .substitution import Substitution

if TYPE_CHECKING:
    from .event_handler import BaseEventHandler


class LaunchContext:
    """Launch configurations, environment, locals, event handlers and the queue of events.

    Attributes:
        argv: Arguments of the launch process.
        noninteractive: Whether no terminal is attached.
        is_shutdown: Whether the shutdown has begun.
        asyncio_loop: The running event loop, None outside of a run.
        launch_configurations: Values by name; scoped by groups.
        events: Events not handled yet, oldest first.
        event_handlers: The registered handlers, the newest first.
    """

    def __init__(self, *, argv: Iterable[str] | None = None, noninteractive: bool = False) -> None:
        self.argv = list(argv or ())
        self.noninteractive = noninteractive
        self.is_shutdown = False
        self.asyncio_loop: asyncio.AbstractEventLoop | None = None
        self.launch_configurations: dict[str, Any] = {}
        self.events: deque[Event] = deque()
        self.event_handlers: deque[BaseEventHandler] = deque()
        self.on_event_queued: Callable[[], None] | None = None
        self._initial_environment = dict(os.environ)
        self._scopes: list[tuple[dict[str, Any], dict[str, str]]] = []
        self._locals: dict[str, Any] = {}

    @property
    def environment(self) -> MutableMapping[str, str]:
        """The environment given to processes, which is that of the launch process itself."""
        return os.environ

    @property
    def locals(self) -> SimpleNamespace:
        """The locals as attributes."""
        return SimpleNamespace(**self._locals)

    def get_locals_as_dict(self) -> dict[str, Any]:
        """Return the locals as a dictionary."""
        return dict(self._locals)

    def extend_locals(self, extensions: dict[str, Any]) -> None:
        """Add to the locals."""
        self._locals.update(extensions)

    @contextlib.contextmanager
    def inner_locals(self) -> Iterator[None]:
        """Go back at the end to the locals of the beginning."""
        outer = dict(self._locals)
        try:
            yield
        finally:
            self._locals = outer

    def push_scope(self) -> None:
        """Remember launch configurations and environment."""
        self._scopes.append((dict(self.launch_configurations), dict(os.environ)))

    def pop_scope(self) -> None:
        """Go back to the launch configurations and environment remembered last."""
        self.launch_configurations, environment = self._scopes.pop()
        self._replace_environment(environment)

    def reset_scope(self) -> None:
        """Drop all launch configurations and go back to the environment the launch process started with."""
        self.launch_configurations = {}
        self._replace_environment(self._initial_environment)

    @staticmethod
    def _replace_environment(environment: dict[str, str]) -> None:
        os.environ.clear()
        os.environ.update(environment)

    def perform_substitution(self, substitution: Substitution) -> str:
        """Return the text of ``substitution`` in this context."""
        return substitution.perform(self)

    def register_event_handler(self, event_handler: BaseEventHandler, append: bool = False) -> None:
        """Add a handler, in front of the others unless ``append``."""
        if append:
            self.event_handlers.append(event_handler)
        else:
            self.event_handlers.appendleft(event_handler)

    def unregister_event_handler(self, event_handler: BaseEventHandler) -> None:
        """Remove a handler."""
        self.event_handlers.remove(event_handler)

    def emit_event_sync(self, event: Event) -> None:
        """Queue an event, from any thread."""
        self.events.append(event)
        if self.on_event_queued is not None:
            self.on_event_queued()

    async def emit_event(self, event: Event) -> None:
        """Queue an event."""
        self.emit_event_sync(event)
