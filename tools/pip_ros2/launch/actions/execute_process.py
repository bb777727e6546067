# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""ExecuteProcess: start a process, pass its output on, and end it with the launched system."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..child_process import ChildProcess
from ..condition import Condition
from ..conditions import evaluate_condition_expression
from ..event import Event
from ..event_handler import EventHandler
from ..event_handlers import OnProcessExit, OnShutdown, Reaction
from ..events.process import ProcessExited, ProcessStarted, ShutdownProcess, SignalProcess
from ..logging import get_logger
from ..process_output import ProcessOutput, destinations
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..substitutions import LaunchConfiguration
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .functions import OpaqueFunction

if TYPE_CHECKING:
    from ..launch_context import LaunchContext

Environment = Mapping[SomeSubstitutionsType, SomeSubstitutionsType]

_process_count = itertools.count(1)


@dataclass(frozen=True)
class _Prepared:
    """What a process is started with, all substitutions performed; the timeouts are in seconds."""

    name: str
    cmd: list[str]
    cwd: str | None
    env: dict[str, str]
    emulate_tty: bool
    sigterm_timeout: float
    sigkill_timeout: float


def _perform_environment(context: LaunchContext, environment: Environment) -> dict[str, str]:
    def text(subs: SomeSubstitutionsType) -> str:
        return perform_substitutions(context, normalize_to_list_of_substitutions(subs))

    return {text(name): text(value) for name, value in environment.items()}


class ExecuteProcess(Action):
    """Starts a process.

    Its label, as in ``[talker-1] hello``, is the name or else the basename of the executable, and a number.
    On shutdown it gets SIGINT, ``sigterm_timeout`` seconds later SIGTERM, and ``sigkill_timeout`` seconds after
    that SIGKILL; each goes to its whole process group.

    Args:
        cmd: Executable and arguments.
        name: Label, without the number.
        cwd: Working directory.
        env: Environment instead of the current one.
        additional_env: Variables on top of the environment.
        shell: Whether a shell runs the command.
        sigterm_timeout: Seconds, by default the launch configuration of that name, else 5.
        sigkill_timeout: Seconds, by default the launch configuration of that name, else 5.
        emulate_tty: Whether the process is given a terminal; a launch configuration of that name wins.
        output: Where its output goes, see ``process_output.destinations``.
        on_exit: Entities, or a function of (event, context) that returns them, for when the process has ended.
        respawn: Only False; starting a process again is outside the subset.
        condition: Decides whether the process is started.
    """

    def __init__(
        self,
        *,
        cmd: Iterable[SomeSubstitutionsType],
        name: SomeSubstitutionsType | None = None,
        cwd: SomeSubstitutionsType | None = None,
        env: Environment | None = None,
        additional_env: Environment | None = None,
        shell: bool = False,
        sigterm_timeout: SomeSubstitutionsType | None = None,
        sigkill_timeout: SomeSubstitutionsType | None = None,
        emulate_tty: bool = False,
        output: SomeSubstitutionsType | Mapping[str, Any] = "log",
        on_exit: Reaction = None,
        respawn: bool = False,
        condition: Condition | None = None,
    ) -> None:
        super().__init__(condition=condition)
        if respawn is not False:
            raise TypeError(f"{type(self).__name__}(respawn=...) is outside the subset: only False is allowed")
        self.cmd = [normalize_to_list_of_substitutions(part) for part in cmd]
        self._name = None if name is None else normalize_to_list_of_substitutions(name)
        self._cwd = None if cwd is None else normalize_to_list_of_substitutions(cwd)
        self._env = env
        self._additional_env = additional_env or {}
        self._shell = shell
        self._sigterm_timeout = self._timeout("sigterm_timeout", sigterm_timeout)
        self._sigkill_timeout = self._timeout("sigkill_timeout", sigkill_timeout)
        self._emulate_tty = emulate_tty
        output = os.environ.get("OVERRIDE_LAUNCH_PROCESS_OUTPUT", output)
        self._output = output if isinstance(output, Mapping) else normalize_to_list_of_substitutions(output)
        self._on_exit = on_exit
        self._child: ChildProcess | None = None
        self._task: asyncio.Task[None] | None = None
        self._stop_requested: asyncio.Event | None = None
        self.return_code: int | None = None

    @staticmethod
    def _timeout(name: str, value: SomeSubstitutionsType | None) -> list[Substitution]:
        return normalize_to_list_of_substitutions(LaunchConfiguration(name, default="5") if value is None else value)

    def get_asyncio_future(self) -> asyncio.Task[None] | None:
        """Return the task that ends with the process."""
        return self._task

    def execute(self, context: LaunchContext) -> None:
        """Prepare the process and let it be started as soon as the visit is over.

        Raises:
            RuntimeError: The action has been executed before.
        """
        if self._task is not None:
            raise RuntimeError(f"ExecuteProcess action {self._label(context)!r} executed more than once")
        if context.is_shutdown:
            return
        prepared = self._prepare(context)
        places = destinations(
            self._output if isinstance(self._output, Mapping) else perform_substitutions(context, self._output)
        )
        self._stop_requested = asyncio.Event()
        context.register_event_handler(
            EventHandler(
                matcher=lambda event: isinstance(event, (ShutdownProcess, SignalProcess)),
                entities=OpaqueFunction(function=self._on_process_request),
            )
        )
        context.register_event_handler(OnShutdown(on_shutdown=self._on_shutdown))
        context.register_event_handler(OnProcessExit(target_action=self, on_exit=self._on_exit))
        assert context.asyncio_loop is not None
        self._task = context.asyncio_loop.create_task(self._run(context, prepared, places))

    def _label(self, context: LaunchContext) -> str:
        if self._name is not None:
            return perform_substitutions(context, self._name)
        return os.path.basename(perform_substitutions(context, self.cmd[0]))

    def _prepare(self, context: LaunchContext) -> _Prepared:
        emulate_tty = self._emulate_tty
        if "emulate_tty" in context.launch_configurations:
            emulate_tty = evaluate_condition_expression(context, [LaunchConfiguration("emulate_tty")])
        env = dict(context.environment) if self._env is None else _perform_environment(context, self._env)
        env.update(_perform_environment(context, self._additional_env))
        return _Prepared(
            name=f"{self._label(context)}-{next(_process_count)}",
            cmd=[perform_substitutions(context, part) for part in self.cmd],
            cwd=None if self._cwd is None else perform_substitutions(context, self._cwd),
            env=env,
            emulate_tty=emulate_tty,
            sigterm_timeout=float(perform_substitutions(context, self._sigterm_timeout)),
            sigkill_timeout=float(perform_substitutions(context, self._sigkill_timeout)),
        )

    def _on_shutdown(self, event: Event, context: LaunchContext) -> None:
        assert self._stop_requested is not None
        self._stop_requested.set()

    def _on_process_request(self, context: LaunchContext) -> None:
        event = context.locals.event
        if not event.process_matcher(self):
            return
        if isinstance(event, ShutdownProcess):
            self._on_shutdown(event, context)
        else:
            self._send(event.signal)

    def _send(self, signum: signal.Signals) -> None:
        if self._child is not None and self.return_code is None:
            self._logger.info("sending signal '%s' to process[%s]", signum.name, self._logger.name)
            self._child.send_signal(signum)

    async def _run(self, context: LaunchContext, prepared: _Prepared, places: dict[str, set[str]]) -> None:
        """Start the process and stay until it has ended."""
        if context.is_shutdown:
            return
        self._logger = get_logger(prepared.name)
        output = ProcessOutput(prepared.name, places, live=prepared.emulate_tty)
        command = " ".join(part for part in prepared.cmd if part.strip())
        try:
            self._child = await ChildProcess.start(
                prepared.cmd,
                cwd=prepared.cwd,
                env=prepared.env,
                shell=self._shell,
                emulate_tty=prepared.emulate_tty,
                label_width=len(f"[{prepared.name}] "),
                on_output=output.write,
            )
        except OSError as error:
            self._logger.error("cannot start process: %s, cmd '%s'", error, command)
            return
        pid = self._child.pid
        details: dict[str, Any] = {
            "action": self,
            "name": prepared.name,
            "cmd": prepared.cmd,
            "cwd": prepared.cwd,
            "env": prepared.env,
            "pid": pid,
        }
        self._logger.info("process started with pid [%d]", pid)
        context.emit_event_sync(ProcessStarted(**details))
        ended = asyncio.create_task(self._child.wait())
        stopping = asyncio.create_task(self._stop_when_requested(ended, prepared))
        self.return_code = await ended
        stopping.cancel()
        if self.return_code == 0:
            self._logger.info("process has finished cleanly [pid %d]", pid)
        else:
            self._logger.error("process has died [pid %d, exit code %d, cmd '%s'].", pid, self.return_code, command)
        context.emit_event_sync(ProcessExited(returncode=self.return_code, **details))

    async def _stop_when_requested(self, ended: asyncio.Task[int], prepared: _Prepared) -> None:
        """Wait for the request to stop, then send ever harder signals until the process has ended."""
        assert self._stop_requested is not None
        await self._stop_requested.wait()
        steps = (
            (signal.SIGINT, prepared.sigterm_timeout, signal.SIGTERM),
            (signal.SIGTERM, prepared.sigkill_timeout, signal.SIGKILL),
        )
        self._send(signal.SIGINT)
        for sent, timeout, harder in steps:
            done, _ = await asyncio.wait([ended], timeout=timeout)
            if done:
                return
            self._logger.error(
                "process[%s] failed to terminate '%s' seconds after receiving '%s', escalating to '%s'",
                prepared.name,
                timeout,
                sent.name,
                harder.name,
            )
            self._send(harder)
