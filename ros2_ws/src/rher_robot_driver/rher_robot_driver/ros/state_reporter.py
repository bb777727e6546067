# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which states of the arm are told, and as the end of which step.

Every command that was admitted is answered by exactly one step's end, whatever happens: by the end of its control
period, or at once when the arm is held, or lost. While nothing is commanded the newest state is told at the control
rate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rher_robot_driver.ur.protocol import ZERO_SIX, SafetyState, State

NS_PER_S = 1_000_000_000
Step = tuple[int, int]
"""Episode and step."""
CUT_SHARE = 0.5
"""Share of a control period below which another end of an answered step is only the remainder that the next command
cut off, and not told."""


@dataclass(frozen=True)
class Told:
    """A state to tell."""

    state: State
    """Its episode, step, executed twist and flags are those to tell."""
    refused: bool = False
    """Whether it only tells that a command was refused."""
    reason: str = ""


class StateReporter:
    """Chooses what is told.

    Args:
        control_period: Time for which one command is held [s].
    """

    def __init__(self, control_period: float) -> None:
        self._period_ns = round(control_period * NS_PER_S)
        self._newest: State | None = None
        self._answer: Told | None = None
        self._answered: Step = (0, 0)
        self._expected: Step = (0, 0)
        self._told_ns = 0

    @property
    def newest(self) -> State | None:
        """The newest state of all; None before the first."""
        return self._newest

    def expect(self, step: Step) -> None:
        """Note the step whose command went to the arm."""
        self._expected = step

    def report(self, state: State) -> Told | None:
        """Take the newest state of the arm; return what to tell of it."""
        self._newest = state
        step = (state.episode, state.step)
        if state.period_end and step == self._answered:
            if state.stamp_ns - self._told_ns < CUT_SHARE * self._period_ns:
                return None
            return self._tell(Told(state, reason=state.reason))
        if state.period_end:
            return self._tell_answer(Told(state, reason=state.reason))
        if state.safety is not SafetyState.NORMAL and self._answered != self._expected:
            return self._tell_answer(Told(_still(state, self._expected, stopped=True), reason=state.reason))
        if state.stamp_ns - self._told_ns >= self._period_ns:
            stopped = state.safety is not SafetyState.NORMAL
            return self._tell(Told(_still(state, self._answered, stopped=stopped), reason=state.reason))
        return None

    def answer_held(self, step: Step, reason: str) -> Told | None:
        """Return the stopped state that answers a command which was not executed; None before the first state."""
        if self._newest is None:
            return None
        self._expected = step
        return self._tell_answer(Told(_still(self._newest, step, stopped=True), reason=reason))

    def answer_repeat(self, step: Step) -> Told | None:
        """Return the answer of a command that came again; None while its control period lasts."""
        return self._answer if self._answered == step else None

    def answer_refused(self, reason: str) -> Told | None:
        """Return a repeat of the last answer that tells of a refusal; None before the first state."""
        if self._newest is None:
            return None
        last = self._answer or Told(_still(self._newest, self._answered, stopped=False))
        return replace(last, refused=True, reason=reason)

    def _tell_answer(self, told: Told) -> Told:
        self._answered = (told.state.episode, told.state.step)
        self._answer = told
        return self._tell(told)

    def _tell(self, told: Told) -> Told:
        self._told_ns = told.state.stamp_ns
        return told


def _still(state: State, step: Step, *, stopped: bool) -> State:
    """Return a state as the end of a step in which nothing was executed."""
    episode, number = step
    return replace(state, episode=episode, step=number, executed_twist=ZERO_SIX, clipped=False, stopped=stopped)
