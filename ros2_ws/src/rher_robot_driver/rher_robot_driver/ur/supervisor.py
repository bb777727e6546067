# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The driver node's side of the arm process: starts it, talks to it, notices its end, and never leaves it behind."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import rher_robot_driver
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.ur.arguments import to_json
from rher_robot_driver.ur.channel import Channel
from rher_robot_driver.ur.exit_codes import meaning
from rher_robot_driver.ur.protocol import (
    NOTHING_MEASURED,
    Answer,
    Disable,
    Enable,
    Phase,
    Quit,
    Recover,
    Report,
    Request,
    SafetyState,
    State,
)
from rher_robot_driver.ur.settings import UrSettings

logger = logging.getLogger(__name__)

ARM_PROCESS = "rher_robot_driver.ur.arm_process"
SILENCE = 1.0
"""Time without a report after which an arm process counts as lost although it lives [s]."""
BUSY_SILENCE = 15.0
"""The same while it connects, enables, disables or recovers [s]; the vendor's client waits in these."""
QUIT_TIMEOUT = 5.0
"""Time in which the arm process brings the arm to rest, ends our program and ends [s]."""
TERMINATE_TIMEOUT = 3.0
"""Time after SIGTERM until SIGKILL [s]."""
KILL_TIMEOUT = 5.0
"""Time for the kernel to end a killed process [s]."""


class ArmSupervisor:
    """Owns one arm process at a time.

    Args:
        settings: Which arm, where, and how it is servoed.
        safety: Limits of its motion.
    """

    def __init__(self, settings: UrSettings, safety: SafetyParameters) -> None:
        self._arguments = ("--settings", to_json(settings), "--safety", to_json(safety))
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._last = State(0, Phase.CONNECTING, SafetyState.DISABLED, "", NOTHING_MEASURED)
        self._heard = 0.0
        self._busy: set[str] = set()
        self._silent = self._told_end = False
        self._last_words = ""

    @property
    def alive(self) -> bool:
        """Whether the arm process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id of the arm process; 0 before the first start."""
        return 0 if self._process is None else self._process.pid

    def fileno(self) -> int:
        """Return a descriptor that is readable when there is something to poll; -1 when nothing can come any more."""
        channel = self._channel  # another thread may ask while this one closes it
        return -1 if channel is None or channel.ended else channel.fileno()

    def start(self) -> None:
        """Start the arm process; it connects at once.

        Raises:
            RuntimeError: There is one already.
        """
        if self._process is not None:
            raise RuntimeError("there is an arm process already; close it, or restart")
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        package = str(Path(rher_robot_driver.__file__).parent.parent)
        path = os.pathsep.join(part for part in (package, os.environ.get("PYTHONPATH", "")) if part)
        with there:
            # A session of its own: Ctrl-C at the terminal is the node's to answer, with a Quit.
            self._process = subprocess.Popen(
                [sys.executable, "-m", ARM_PROCESS, "--channel", str(there.fileno()), *self._arguments],
                pass_fds=(there.fileno(),),
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": path},
            )
        self._channel = Channel(here)
        self._heard = time.monotonic()
        self._busy = {"start"}
        self._silent = self._told_end = False
        self._last_words = ""

    def send(self, request: Request) -> bool:
        """Send a request; return False when there is no arm process to take it."""
        if self._channel is None or not self._channel.send(request):
            return False
        if isinstance(request, Enable | Disable | Recover):
            self._busy.add(type(request).__name__)
        return True

    def poll(self) -> list[Report]:
        """Return what the arm process told since the last call, oldest first.

        When it has ended, or is silent although it should report, one State of phase LOST says so.
        """
        if self._channel is None:
            return []
        reports: list[Report] = [report for report in self._channel.receive() if isinstance(report, Report)]
        now = time.monotonic()
        for report in reports:
            self._heard, self._silent = now, False
            if isinstance(report, Answer):
                self._busy.discard(report.to)
            elif isinstance(report, State):
                self._last = report
                self._last_words = report.reason if report.phase is Phase.LOST else ""
                if report.phase is not Phase.CONNECTING:
                    self._busy.discard("start")
        if self._channel.ended and not self._told_end:
            self._told_end = True
            reports.append(self._lose(self._end_of_process()))
        elif not (self._silent or self._told_end) and now - self._heard > (BUSY_SILENCE if self._busy else SILENCE):
            self._silent = True
            reports.append(self._lose("the arm process is silent; its controller has stopped the arm"))
        return reports

    def restart(self) -> None:
        """End the arm process, if it still runs, and start a new one.

        After a lost link our program may still wait on the controller: a Recover ends it, an Enable refuses.
        """
        self.close()
        self.start()

    def close(self) -> None:
        """Bring the arm to rest and end the arm process: ask, then insist, then kill. Returns when it is gone."""
        if self._process is None or self._channel is None:
            return
        self._channel.send(Quit())
        # Closed only after the wait: the end of the channel would be a second reason to end, with nothing told.
        steps: tuple[tuple[Callable[[], None], float], ...] = (
            (lambda: None, QUIT_TIMEOUT),
            (self._process.terminate, TERMINATE_TIMEOUT),
            (self._process.kill, KILL_TIMEOUT),
        )
        for act, timeout in steps:
            act()
            try:
                self._process.wait(timeout)
                break
            except subprocess.TimeoutExpired:
                logger.error("the arm process (pid %d) does not end", self._process.pid)
        self._channel.close()
        self._process = self._channel = None

    def _lose(self, reason: str) -> State:
        self._busy.clear()
        logger.error("%s", reason)
        self._last = replace(
            self._last,
            stamp_ns=time.monotonic_ns(),
            phase=Phase.LOST,
            safety=SafetyState.LOST,
            reason=reason,
            period_end=False,
            stopped=True,
        )
        return self._last

    def _end_of_process(self) -> str:
        """Return how the arm process ended, with the reason it gave last."""
        assert self._process is not None
        try:
            code = self._process.wait(KILL_TIMEOUT)
        except subprocess.TimeoutExpired:
            return "the arm process closed its channel but does not end"
        ending = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        why = self._last_words or meaning(code)
        return f"the arm process ended {ending}" + (f": {why}" if why else "")
