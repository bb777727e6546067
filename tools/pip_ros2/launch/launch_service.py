# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""LaunchService: visit launch descriptions and handle events until nothing is left to do."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
import traceback
from collections.abc import Iterable, Iterator
from typing import Any

from .event import Event
from .events import IncludeLaunchDescription, Shutdown
from .events.process import SignalProcess
from .launch_context import LaunchContext
from .launch_description import LaunchDescription
from .launch_description_entity import LaunchDescriptionEntity, normalize_entities
from .logging import get_logger, launch_config

_TERMINATING = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


class LaunchService:
    """Runs launch descriptions.

    Ctrl-C shuts the launched system down; pressed again it sends SIGTERM, pressed once more SIGKILL. SIGTERM, SIGHUP
    and SIGQUIT shut it down too, and make the run fail.

    Args:
        argv: Arguments of the launch process, kept in the context.
        noninteractive: Whether no terminal is attached; kept in the context.
        debug: Whether debug messages are shown.
    """

    def __init__(self, *, argv: Iterable[str] | None = None, noninteractive: bool = False, debug: bool = False) -> None:
        launch_config.level = logging.DEBUG if debug else logging.INFO
        self._logger = get_logger("launch")
        self.context = LaunchContext(argv=argv, noninteractive=noninteractive)
        self._debug = debug
        self._work: set[asyncio.Future[Any]] = set()
        self._interrupts = 0
        self._return_code = 0

    def include_launch_description(self, launch_description: LaunchDescription) -> None:
        """Let a launch description be visited, now or when the service runs."""
        self.emit_event(IncludeLaunchDescription(launch_description))

    def emit_event(self, event: Event) -> None:
        """Queue an event, from any thread."""
        self.context.emit_event_sync(event)

    def shutdown(self, force_sync: bool = False) -> None:
        """Shut the launched system down, from any thread; nothing happens if the service does not run."""
        if self.context.asyncio_loop is not None:
            self._begin_shutdown("LaunchService.shutdown() called")

    def run(self, *, shutdown_when_idle: bool = True) -> int:
        """Run until the shutdown is complete.

        Args:
            shutdown_when_idle: Whether to shut down when nothing is left to do.

        Returns:
            0, or 1 if launching failed or was terminated. What the processes returned does not matter.
        """
        return asyncio.run(self.run_async(shutdown_when_idle=shutdown_when_idle), debug=self._debug)

    async def run_async(self, *, shutdown_when_idle: bool = True) -> int:
        """Do what ``run`` does, within a running event loop of the main thread."""
        loop = asyncio.get_running_loop()
        wake = asyncio.Event()
        self._return_code = 0
        self.context.asyncio_loop = loop
        self.context.on_event_queued = lambda: _call_in(loop, wake.set)
        try:
            with self._handle_signals(loop):
                self._logger.info("All log files can be found below %s", launch_config.log_dir)
                self._logger.info("Default logging verbosity is set to %s", logging.getLevelName(launch_config.level))
                await self._loop(wake, shutdown_when_idle)
        finally:
            self.context.asyncio_loop = None
            self.context.on_event_queued = None
        return self._return_code

    async def _loop(self, wake: asyncio.Event, shutdown_when_idle: bool) -> None:
        while True:
            wake.clear()
            while self.context.events:
                self._process(self.context.events.popleft())
            for future in [future for future in self._work if future.done()]:
                self._work.remove(future)
                if (error := future.exception()) is not None:
                    self._fail(error)
            if self.context.events:
                continue
            if not self._work:
                if self.context.is_shutdown:
                    return
                if shutdown_when_idle:
                    self._begin_shutdown("idle")
                    continue
            waker = asyncio.ensure_future(wake.wait())
            await asyncio.wait([waker, *self._work], return_when=asyncio.FIRST_COMPLETED)
            waker.cancel()

    def _process(self, event: Event) -> None:
        """Give an event to its handlers and visit the entities they return."""
        try:
            if isinstance(event, Shutdown):
                self.context.is_shutdown = True
            if isinstance(event, IncludeLaunchDescription):
                with self.context.inner_locals():
                    self._visit(event.launch_description)
            for handler in [handler for handler in self.context.event_handlers if handler.matches(event)]:
                with self.context.inner_locals():
                    entities = handler.handle(event, self.context)
                    for entity in normalize_entities(entities, "what an event handler returns"):
                        self._visit(entity)
        except Exception as error:  # an error of a launch file must end in an orderly shutdown
            self._fail(error)

    def _visit(self, entity: LaunchDescriptionEntity) -> None:
        """Visit an entity and those it returns, depth first, and collect the work they began."""
        following = entity.visit(self.context)
        future = entity.get_asyncio_future()
        if future is not None and not future.done():
            self._work.add(future)
        for sub_entity in following or ():
            self._visit(sub_entity)

    def _fail(self, error: BaseException) -> None:
        self._return_code = 1
        self._logger.debug("".join(traceback.format_exception(error)))
        self._logger.error("Caught exception in launch (see debug for traceback): %s", error)
        self._begin_shutdown(str(error))

    def _begin_shutdown(self, reason: str, due_to_sigint: bool = False) -> None:
        if not self.context.is_shutdown:
            self.context.is_shutdown = True
            self.emit_event(Shutdown(reason=reason, due_to_sigint=due_to_sigint))

    @contextlib.contextmanager
    def _handle_signals(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("LaunchService can only be run in the main thread.")
        previous = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, *_TERMINATING)}
        if previous[signal.SIGHUP] is signal.SIG_IGN:  # started by nohup
            del previous[signal.SIGHUP]
        for signum in previous:
            if signum == signal.SIGINT:
                loop.add_signal_handler(signum, self._on_interrupt)
            else:
                loop.add_signal_handler(signum, self._on_terminate, signum)
        try:
            yield
        finally:
            for signum, handler in previous.items():
                loop.remove_signal_handler(signum)
                signal.signal(signum, handler)

    def _on_interrupt(self) -> None:
        self._interrupts += 1
        if self._interrupts == 1:
            self._logger.warning("user interrupted with ctrl-c (SIGINT)")
            self._begin_shutdown("ctrl-c (SIGINT)", due_to_sigint=True)
        else:
            harder = signal.SIGTERM if self._interrupts == 2 else signal.SIGKILL
            self._logger.warning("user interrupted with ctrl-c (SIGINT) again, sending '%s'", harder.name)
            self.emit_event(SignalProcess(signal_number=harder, process_matcher=lambda action: True))

    def _on_terminate(self, signum: signal.Signals) -> None:
        self._return_code = 1
        self._logger.error("received %s, shutting down", signum.name)
        self._begin_shutdown(signum.name)


def _call_in(loop: asyncio.AbstractEventLoop, function: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has been closed: nobody waits any more
        loop.call_soon_threadsafe(function)
