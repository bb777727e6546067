# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Mastery is the success of the last episodes, one imaginary failure included."""

from __future__ import annotations

import json

import pytest
from rher_agent.exploration.mastery import Mastery


def test_no_outcome_is_no_success():
    mastery = Mastery(2, window=5)
    assert [mastery.success(stage) for stage in range(2)] == [0.0, 0.0]
    assert mastery.highest(0.5) == 0


def test_luck_is_not_mastery():
    mastery = Mastery(1, window=10)
    mastery.record(0, True)
    assert mastery.success(0) == 0.5
    for _ in range(9):
        mastery.record(0, True)
    assert mastery.success(0) == pytest.approx(10 / 11)


def test_only_the_last_outcomes_count():
    mastery = Mastery(1, window=3)
    for outcome in (False, False, False, True, True):
        mastery.record(0, outcome)
    assert mastery.success(0) == pytest.approx(2 / 4)
    mastery.record(0, True)
    assert mastery.success(0) == pytest.approx(3 / 4)


@pytest.mark.parametrize(
    ("successes", "highest"),
    [((0, 0, 0, 0), 0), ((9, 0, 0, 0), 0), ((9, 9, 0, 0), 1), ((9, 9, 9, 9), 3), ((9, 2, 9, 0), 0), ((2, 9, 9, 9), 0)],
)
def test_the_highest_stage_mastered_together_with_all_before_it(successes, highest):
    mastery = Mastery(4, window=9)
    for stage, count in enumerate(successes):
        for index in range(9):
            mastery.record(stage, index < count)
    assert mastery.highest(0.9) == highest
    assert mastery.highest(0.91) == 0


def test_the_state_survives_as_plain_values():
    mastery = Mastery(2, window=4)
    for outcome in (True, False, True, True, True):
        mastery.record(0, outcome)
    mastery.record(1, False)
    state = json.loads(json.dumps(mastery.state()))
    other = Mastery(2, window=4)
    other.record(1, True)
    other.load_state(state)
    assert other.state() == mastery.state() == [[False, True, True, True], [False]]
    for each in (mastery, other):
        each.record(0, False)
    assert other.state() == mastery.state(), "the window goes on from where it was"


def test_the_state_of_a_task_with_other_stages_is_refused():
    with pytest.raises(ValueError, match="zip"):
        Mastery(2, window=4).load_state(Mastery(3, window=4).state())


def test_a_window_must_hold_an_outcome():
    with pytest.raises(ValueError, match="window is 0 episodes; allowed: 1 or more"):
        Mastery(1, window=0)
