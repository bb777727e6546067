# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is told with which tick."""

from __future__ import annotations

from dataclasses import replace

from rher_robot_driver.ur.channel import Channel
from rher_robot_driver.ur.control_period import PeriodEnd
from rher_robot_driver.ur.protocol import NOTHING_MEASURED, Answer, Phase, Report, Request, SafetyState, State
from rher_robot_driver.ur.reporter import Reporter

NOW = State(1, Phase.ENABLED, SafetyState.NORMAL, "", NOTHING_MEASURED)
END = PeriodEnd(3, 7, (0.1, 0.0, 0.0, 0.0, 0.0, 0.0), clipped=True, stopped=False, limited_by=("box", "speed"))


def reports(ticks: list[tuple[PeriodEnd, ...]], status: list[object], now: State = NOW) -> list[Report | Request]:
    here, there = Channel.pair()
    reporter = Reporter(here, 10)
    for ended, told in zip(ticks, status, strict=True):
        reporter.tick(lambda: now, ended, told)
    return there.receive()


def test_the_first_tick_tells_and_then_every_tenth() -> None:
    assert reports([()] * 31, ["same"] * 31) == [NOW] * 4


def test_a_change_is_told_with_its_tick() -> None:
    assert len(reports([()] * 6, ["same", "same", "other", "other", "same", "same"])) == 3


def test_a_period_that_ends_is_told_once_with_its_tag_and_limits() -> None:
    state = reports([(), (END,), ()], ["same"] * 3)[1]
    assert isinstance(state, State)
    assert (state.period_end, state.episode, state.step) == (True, 3, 7)
    assert (state.executed_twist, state.clipped, state.stopped) == (END.executed_twist, True, False)
    assert state.reason == "box, speed"


def test_what_holds_the_arm_goes_before_the_limits() -> None:
    held = replace(NOW, safety=SafetyState.STOPPED, reason="force", stopped=True)
    state = reports([(), (END,)], ["same"] * 2, held)[1]
    assert isinstance(state, State)
    assert (state.reason, state.stopped) == ("force", True)


def test_two_periods_that_end_with_one_tick_are_both_told() -> None:
    ended = (END, replace(END, step=8))
    assert [state.step for state in reports([(), ended], ["same"] * 2)[1:] if isinstance(state, State)] == [7, 8]


def test_a_node_that_does_not_read_costs_nothing() -> None:
    here, _there = Channel.pair()
    reporter = Reporter(here, 1)
    for _ in range(2000):
        reporter.tick(lambda: NOW, (), "same")
    reporter.answer(Answer("Enable", True, "enabled"))
