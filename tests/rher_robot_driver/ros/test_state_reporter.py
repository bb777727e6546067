# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Every admitted command is answered by one end of its step, whatever happens."""

from __future__ import annotations

import pytest
from rher_robot_driver.ros.state_reporter import StateReporter
from rher_robot_driver.ur.protocol import NOTHING_MEASURED, ZERO_SIX, Phase, SafetyState, State

PERIOD_NS = 100_000_000
TWIST = (0.1, 0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.fixture
def reporter():
    return StateReporter(0.1)


def state(periods: float, safety: SafetyState = SafetyState.NORMAL, reason: str = "", **values) -> State:
    return State(round(periods * PERIOD_NS), Phase.ENABLED, safety, reason, NOTHING_MEASURED, **values)


def end(periods: float, step: int, **values) -> State:
    return state(periods, period_end=True, episode=1, step=step, executed_twist=TWIST, **values)


def reported(reporter, state, expected):
    reporter.expect(expected)
    return reporter.report(state)


def test_the_end_of_a_period_is_told_as_it_is(reporter):
    told = reported(reporter, end(1, 1, clipped=True, reason="box"), (1, 1))
    assert told is not None
    assert (told.state.episode, told.state.step, told.state.executed_twist) == (1, 1, TWIST)
    assert told.state.clipped and told.reason == "box" and not told.refused
    assert reporter.answer_repeat((1, 1)) == told
    assert reporter.answer_repeat((1, 2)) is None, "its period lasts"


def test_an_idle_arm_is_told_at_the_control_rate(reporter):
    told = [reporter.report(state(0.2 * tick)) for tick in range(1, 21)]
    assert 3 <= sum(item is not None for item in told) <= 4
    assert all((item.state.episode, item.state.step) == (0, 0) for item in told if item)


def test_a_lasting_command_is_told_again_but_its_remainder_is_not(reporter):
    assert reported(reporter, end(1, 1), (1, 1)) is not None
    assert reported(reporter, end(2, 1), (1, 1)) is not None
    assert reported(reporter, end(2.1, 1), (1, 2)) is None
    assert reported(reporter, end(3.1, 2), (1, 2)) is not None


def test_a_command_whose_arm_is_held_is_answered_at_once_and_once(reporter):
    assert reported(reporter, end(1, 1), (1, 1)) is not None
    told = reported(reporter, state(1.1, SafetyState.LOST, "the arm process ended"), (1, 2))
    assert told is not None
    assert (told.state.episode, told.state.step) == (1, 2)
    assert told.state.stopped and told.state.executed_twist == ZERO_SIX
    assert told.reason == "the arm process ended"
    assert reported(reporter, state(1.3, SafetyState.LOST), (1, 2)) is None
    later = reported(reporter, state(2.2, SafetyState.LOST), (1, 2))
    assert later is not None
    assert later.state.stopped


def test_a_command_that_is_not_executed_is_answered_as_stopped(reporter):
    assert reporter.answer_held((1, 1), "disabled") is None
    reporter.report(state(1))
    told = reporter.answer_held((1, 1), "disabled")
    assert told is not None
    assert (told.state.episode, told.state.step, told.state.stopped, told.reason) == (1, 1, True, "disabled")
    assert reporter.answer_repeat((1, 1)) == told


def test_a_refusal_repeats_the_last_answer(reporter):
    assert reporter.answer_refused("why") is None
    answer = reported(reporter, end(1, 1), (1, 1))
    told = reporter.answer_refused("why")
    assert told is not None and answer is not None
    assert (told.state, told.refused, told.reason) == (answer.state, True, "why")
