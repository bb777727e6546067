# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What each stage of a relay over two objects strives for, and when it is done."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.stage_rules import StageRules
from rher_agent.tasks.task import Stage, StageKind, Task

from tests.rher_agent import two_cubes

TOLERANCE = 0.05
REACH_A, MOVE_A, REACH_B, MOVE_B = range(4)
TCP = (0.0, 0.0, 0.0)
A, B = (0.3, 0.0, 0.0), (0.0, 0.4, 0.0)
START_A, START_B = (0.2, 0.1, 0.0), (0.1, 0.5, 0.0)
GOAL_A, GOAL_B = (1.0, 0.0, 0.0), (0.0, 2.0, 0.0)


class TwoCubes(two_cubes.TwoCubes):
    """With the TCP behind the cubes, so that places are not taken for granted."""

    layout = ObservationLayout(
        size=9, tcp_position=slice(6, 9), object_positions=(slice(0, 3), slice(3, 6)), vectors=()
    )


@pytest.fixture
def task() -> Task:
    return cast("Task", TwoCubes())


def observe(tcp=TCP, a=A, b=B) -> np.ndarray:
    """Return one row, with the TCP last as the layout says."""
    return np.array([[*a, *b, *tcp]])


def done(rules: StageRules, stage: int, observation: np.ndarray, *, precision: float = 1.0) -> bool:
    goals = rules.goals(observation, np.array([[START_A, START_B]]), np.array([[GOAL_A, GOAL_B]]), np.array([stage]))
    return bool(rules.done(observation, goals, precision=precision)[0])


def test_goals_of_earlier_and_later_objects(task: Task):
    stages = np.array([REACH_A, MOVE_A, REACH_B, MOVE_B])
    rows = np.repeat(observe(), 4, axis=0)
    starts, desired = np.array([[START_A, START_B]] * 4), np.array([[GOAL_A, GOAL_B]] * 4)
    goals = StageRules(task).goals(rows, starts, desired, stages)
    assert np.array_equal(goals.stages, stages)
    assert np.array_equal(goals.reach, [A, A, B, B])
    assert np.array_equal(goals.objects[MOVE_A], [GOAL_A, START_B])
    assert np.array_equal(goals.objects[REACH_B, 0], GOAL_A)
    assert np.array_equal(goals.objects[MOVE_B], [GOAL_A, GOAL_B])
    assert np.array_equal(goals.objects[REACH_A, 1], START_B)


def test_what_is_carried_goes_as_far_as_what_carries_it_until_its_own_turn():
    class Carried(TwoCubes):
        carried_by: tuple[tuple[int, int], ...] = ((1, 0),)

    stages = np.array([REACH_A, MOVE_A, REACH_B, MOVE_B])
    starts, desired = np.array([[START_A, START_B]] * 4), np.array([[GOAL_A, GOAL_B]] * 4)
    goals = StageRules(cast("Task", Carried())).goals(np.repeat(observe(), 4, axis=0), starts, desired, stages)
    along = np.array(START_B) + np.array(GOAL_A) - np.array(START_A)
    np.testing.assert_allclose(goals.objects[:2, 1], [START_B, along])
    np.testing.assert_allclose(goals.objects[2:, 1], [GOAL_B, GOAL_B])
    np.testing.assert_allclose(goals.objects[1:, 0], [GOAL_A] * 3)


def test_a_stage_binds_every_object_but_the_one_being_reached(task: Task):
    rules = StageRules(task)
    assert np.array_equal(rules.holds, [[False, True], [True, True], [True, False], [True, True]])
    assert np.array_equal(rules.is_reach, [True, False, True, False])


@pytest.mark.parametrize(
    ("stage", "observation", "expected"),
    [
        (REACH_A, observe(tcp=A, b=START_B), True),
        (REACH_A, observe(b=START_B), False),
        (REACH_A, observe(tcp=A, b=GOAL_B), False),
        (MOVE_A, observe(a=GOAL_A, b=START_B), True),
        (MOVE_A, observe(b=START_B), False),
        (MOVE_A, observe(a=GOAL_A, b=B), False),
        (REACH_B, observe(tcp=B, a=GOAL_A), True),
        (REACH_B, observe(tcp=B), False),
        (REACH_B, observe(a=GOAL_A), False),
        (MOVE_B, observe(a=GOAL_A, b=GOAL_B), True),
        (MOVE_B, observe(a=A, b=GOAL_B), False),
        (MOVE_B, observe(a=GOAL_A, b=START_B), False),
    ],
)
def test_a_stage_is_done_when_all_that_it_binds_is_in_place(
    task: Task, stage: int, observation: np.ndarray, expected: bool
):
    assert done(StageRules(task), stage, observation) is expected


@pytest.mark.parametrize(("share", "expected"), [(0.99, True), (1.01, False)])
@pytest.mark.parametrize("precision", [1.0, 0.3])
def test_precision_narrows_what_counts_as_moved(task: Task, precision: float, share: float, expected: bool):
    offset = precision * share * TOLERANCE
    rules = StageRules(task)
    assert done(rules, MOVE_B, observe(a=GOAL_A, b=(offset, GOAL_B[1], 0.0)), precision=precision) is expected
    assert done(rules, MOVE_B, observe(a=(GOAL_A[0], 0.0, offset), b=GOAL_B), precision=precision) is expected


@pytest.mark.parametrize(("share", "expected"), [(0.99, True), (1.01, False)])
@pytest.mark.parametrize("precision", [1.0, 0.3])
def test_precision_narrows_what_counts_as_reached(task: Task, precision: float, share: float, expected: bool):
    tcp = (A[0] + precision * share * TOLERANCE, 0.0, 0.0)
    assert done(StageRules(task), REACH_A, observe(tcp=tcp, b=START_B), precision=precision) is expected


def test_rows_are_judged_one_by_one(task: Task):
    rules = StageRules(task)
    rows = np.concatenate([observe(tcp=A, b=START_B), observe(a=GOAL_A, b=GOAL_B), observe()])
    starts, desired = np.array([[START_A, START_B]] * 3), np.array([[GOAL_A, GOAL_B]] * 3)
    goals = rules.goals(rows, starts, desired, np.array([REACH_A, MOVE_B, MOVE_B]))
    assert rules.done(rows, goals).tolist() == [True, True, False]
    assert np.array_equal(rules.object_positions(rows)[0], [A, START_B])
    assert np.array_equal(rules.tcp_positions(rows)[0], A)


@pytest.mark.parametrize(
    ("index", "tolerance", "message"),
    [(-1, 0.05, "object_index is -1; allowed: 0 or more"), (0, 0.0, "tolerance is 0.0 m; allowed: more than 0")],
)
def test_a_stage_that_makes_no_sense_is_refused(index: int, tolerance: float, message: str):
    with pytest.raises(ValueError, match=message):
        Stage("odd", StageKind.MOVE, index, tolerance)
