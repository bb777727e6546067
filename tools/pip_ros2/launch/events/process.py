# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Events of started processes."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..event import Event
from ..subset import outside_subset

if TYPE_CHECKING:
    from ..actions.execute_process import ExecuteProcess

__all__ = ["ProcessExited", "ProcessStarted", "ShutdownProcess", "SignalProcess"]

ProcessMatcher = Callable[["ExecuteProcess"], bool]


def matches_action(action: ExecuteProcess) -> ProcessMatcher:
    """Return a matcher for the process of ``action`` and no other."""
    return lambda candidate: candidate is action


class RunningProcessEvent(Event):
    """Something that happened to a process.

    Attributes:
        action: The action that started it.
        process_name: Its label, such as ``talker-1``.
        cmd: Its command line.
        cwd: Its working directory, None for that of the launch process.
        env: Its environment.
        pid: Its process id.
    """

    name = "launch.events.process.RunningProcessEvent"

    def __init__(
        self,
        *,
        action: ExecuteProcess,
        name: str,
        cmd: list[str],
        cwd: str | None,
        env: dict[str, str],
        pid: int,
    ) -> None:
        self.action = action
        self.process_name = name
        self.cmd = cmd
        self.cwd = cwd
        self.env = env
        self.pid = pid


class ProcessStarted(RunningProcessEvent):
    """A process has started."""

    name = "launch.events.process.ProcessStarted"


class ProcessExited(RunningProcessEvent):
    """A process has ended.

    Attributes:
        returncode: Its exit code, or minus the number of the signal that ended it.
    """

    name = "launch.events.process.ProcessExited"

    def __init__(
        self,
        *,
        returncode: int,
        action: ExecuteProcess,
        name: str,
        cmd: list[str],
        cwd: str | None,
        env: dict[str, str],
        pid: int,
    ) -> None:
        super().__init__(action=action, name=name, cmd=cmd, cwd=cwd, env=env, pid=pid)
        self.returncode = returncode


class ShutdownProcess(Event):
    """The matching processes are to stop: SIGINT first, then the usual escalation."""

    name = "launch.events.process.ShutdownProcess"

    def __init__(self, *, process_matcher: ProcessMatcher) -> None:
        self.process_matcher = process_matcher


class SignalProcess(Event):
    """The matching processes are to get a signal.

    Attributes:
        signal: The signal.
        process_matcher: Tells which processes are meant.
    """

    name = "launch.events.process.SignalProcess"

    def __init__(self, *, signal_number: str | signal.Signals, process_matcher: ProcessMatcher) -> None:
        if isinstance(signal_number, str):
            signal_number = signal.Signals[signal_number]
        self.signal = signal.Signals(signal_number)
        self.process_matcher = process_matcher


__getattr__ = outside_subset(__name__, __all__)
