# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Enabling, disabling, recovering and resetting the arm: one at a time, each answered when it is done."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol

import numpy as np

from rher_robot_driver.motions.path import MotionFailedError, MotionRefusedError
from rher_robot_driver.ros.command_gate import CommandGate
from rher_robot_driver.ros.reset_run import RESET_EPISODE, RESET_WRITER, ResetRun
from rher_robot_driver.ros.state_reporter import StateReporter
from rher_robot_driver.ur.protocol import (
    Answer,
    Disable,
    Enable,
    Phase,
    Recover,
    Request,
    SafetyState,
    State,
    Stop,
)
from rher_robot_driver.ur.supervisor import ArmSupervisor

logger = logging.getLogger(__name__)

BY_A_PERSON = "by a person"


class Reply(Protocol):
    """The answer that somebody waits for; to be sent once."""

    def send(self, success: bool, message: str) -> None:
        """Answer."""


class ArmRequests:
    """Carries out what people ask for.

    Args:
        arm: The arm process.
        gate: Tells who holds the arm; a reset borrows it.
        reporter: Knows the newest state; told which step of a reset is under way.
        plan_reset: Returns a reset from a state, or raises MotionRefusedError.
    """

    def __init__(
        self,
        arm: ArmSupervisor,
        gate: CommandGate,
        reporter: StateReporter,
        plan_reset: Callable[[State], ResetRun],
    ) -> None:
        self._arm = arm
        self._gate = gate
        self._reporter = reporter
        self._plan_reset = plan_reset
        self._waiting: tuple[str, Reply] | None = None
        self._starts_anew = False
        self._run: ResetRun | None = None

    @property
    def under_way(self) -> str:
        """Name of the request under way; empty when there is none."""
        return self._waiting[0] if self._waiting else ""

    @property
    def starts_anew(self) -> bool:
        """Whether a new arm process was started that has not said anything yet."""
        return self._starts_anew

    @property
    def resets(self) -> bool:
        """Whether a reset moves the arm."""
        return self._run is not None

    def enable(self, reply: Reply) -> None:
        """Take the arm, when pre-flight passes."""
        self._ask("enable", reply, Enable())

    def disable(self, reply: Reply) -> None:
        """Give the arm back."""
        self._ask("disable", reply, Disable())

    def recover(self, reply: Reply) -> None:
        """End a stop; where the arm process is gone or of no use any more, start another and take the arm."""
        state = self._reporter.newest
        if state is not None and state.safety is SafetyState.DISABLED and not state.reason:
            # Recover ends whatever program runs on the controller, which may be somebody else's.
            reply.send(False, "nothing holds the arm: call /arm/enable")
            return
        if self._arm.alive and (state is None or state.phase is not Phase.LOST):
            self._ask("recover", reply, Recover(f"asked for {BY_A_PERSON}"))
            return
        self._waiting = ("recover", reply)
        self._starts_anew = True
        logger.warning("starts a new arm process")
        self._arm.restart()

    def reset(self, reply: Reply) -> None:
        """Bring the TCP to where an episode begins."""
        state = self._reporter.newest
        if state is None or state.safety is not SafetyState.NORMAL:
            held_by = "not connected yet" if state is None else state.reason or state.safety.value
            reply.send(False, f"the arm is held: {held_by}")
            return
        try:
            self._run = self._plan_reset(state)
        except MotionRefusedError as error:
            reply.send(False, f"refused: {error}")
            return
        self._waiting = ("reset", reply)
        self._gate.lend(RESET_WRITER, "a reset took the arm")
        self._go_on(self._run, state)

    def stop(self) -> tuple[bool, str]:
        """Brake and hold; return whether the arm process that moves the arm was told, and what to tell."""
        state = self._reporter.newest
        lost = state is not None and state.phase is Phase.LOST
        # Told in any case: one that hangs may hear of it yet.
        if self._send(Stop(f"stopped {BY_A_PERSON}")) and not lost:
            return True, "stopped; call /arm/recover to go on"
        return False, self._why_not()

    def take_answer(self, answer: Answer) -> None:
        """Pass on what the arm process answers, with the pre-flight list: what failed first, with how to mend it."""
        failed = [f"  FAILED {check.name}: {check.found}; {check.mend}" for check in answer.checks if not check.passed]
        passed = [f"  passed {check.name}: {check.found}" for check in answer.checks if check.passed]
        self._finish(answer.done, "\n".join((answer.message, *failed, *passed)))

    def take_state(self, state: State) -> None:
        """Go on with what is under way."""
        if self._run is not None:
            self._go_on(self._run, state)
        if self._starts_anew and state.phase is Phase.CONNECTED:
            self._starts_anew = False
            # What the process before left running on the controller is ended by this, and by no Enable.
            if not self._send(Recover(f"asked for {BY_A_PERSON}")):
                self._finish(False, self._why_not())
        elif state.phase is Phase.LOST:
            self._finish(False, state.reason)

    def _go_on(self, run: ResetRun, state: State) -> None:
        """Send the next command of a reset when the one before has ended."""
        ended = state.period_end and (state.episode, state.step) == (RESET_EPISODE, run.step)
        if run.step > 0 and not ended and state.safety is SafetyState.NORMAL:
            return
        try:
            move = run.next_move(state, time.monotonic_ns())
        except MotionFailedError as error:
            self._end_reset(False, f"the reset ended early: {error}")
            return
        if move is None:
            self._end_reset(True, f"the TCP is at {np.round(state.measured.tcp_position, 4).tolist()} m")
            return
        self._reporter.expect((move.episode, move.step))
        self._arm.send(move)

    def _end_reset(self, success: bool, message: str) -> None:
        self._run = None
        self._gate.take_back()
        self._finish(success, message)

    def _ask(self, name: str, reply: Reply, request: Request) -> None:
        self._waiting = (name, reply)
        if not self._send(request):
            self._finish(False, self._why_not())

    def _send(self, request: Request) -> bool:
        return self._arm.alive and self._arm.send(request)

    def _why_not(self) -> str:
        state = self._reporter.newest
        reason = state.reason if state is not None and state.reason else "there is no arm process"
        return f"{reason}; call /arm/recover to start a new arm process"

    def _finish(self, success: bool, message: str) -> None:
        """Answer the request under way, if there is one."""
        self._starts_anew = False
        if self._waiting is None:
            return
        (name, reply), self._waiting = self._waiting, None
        logger.log(logging.INFO if success else logging.WARNING, "%s: %s", name, message)
        reply.send(success, message)
