# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which rows of a batch have a guide, and what it strives for in them."""

from __future__ import annotations

from typing import cast

import numpy as np
from rher_agent.algorithms.stage_guide import StageGuide
from rher_agent.storage.hindsight import Transitions
from rher_agent.tasks.stage_rules import Goals
from rher_agent.tasks.task import RelayTask

from tests.rher_agent import two_cubes

REACH_A, MOVE_A, REACH_B, MOVE_B = range(4)
FAR = (9.0, 9.0, 0.0)
START_A, START_B = (0.2, 0.1, 0.0), (0.1, 0.5, 0.0)
NOW_A, NOW_B = (0.3, 0.0, 0.0), (0.0, 0.4, 0.0)
WANTED_A, WANTED_B = (1.0, 0.0, 0.0), (0.0, 2.0, 0.0)


class TwoCubes(two_cubes.TwoCubes):
    """What a guide reads of a task besides."""

    contact_radius = 0.1


def batch_of(*rows: tuple[int, tuple[float, float, float], tuple[float, float, float]]) -> Transitions:
    """Return rows of (stage, TCP position, position of the first cube)."""
    stages = np.array([stage for stage, _, _ in rows])
    observations = np.array([[*tcp, *a, *NOW_B] for _, tcp, a in rows])
    count = len(rows)
    return Transitions(
        observations=observations,
        next_observations=observations,
        actions=np.zeros((count, 2)),
        rewards=np.zeros(count),
        discounts=np.ones(count),
        lost=np.zeros(count, dtype=bool),
        goals=Goals(stages, np.tile(FAR, (count, 1)), np.array([[WANTED_A, WANTED_B]] * count)),
        starts=np.array([[START_A, START_B]] * count),
        unmoved_share=0.0,
    )


def test_a_guide_pursues_the_goals_of_the_row_as_far_as_its_own_stage():
    batch = batch_of((MOVE_B, FAR, NOW_A), (MOVE_B, NOW_A, NOW_A), (MOVE_B, FAR, WANTED_A), (REACH_B, NOW_A, NOW_A))
    rows, goals = StageGuide(cast("RelayTask", TwoCubes())).goals(batch)
    assert rows.tolist() == [0, 1, 2, 3]
    assert goals.stages.tolist() == [REACH_A, MOVE_A, REACH_B, MOVE_A]
    np.testing.assert_array_equal(goals.reach, [NOW_A, NOW_A, NOW_B, NOW_A])
    np.testing.assert_array_equal(goals.objects[:, 0], [WANTED_A] * 4)
    np.testing.assert_array_equal(goals.objects[:, 1], [START_B, START_B, WANTED_B, START_B])


def test_who_is_at_hand_has_no_guide():
    batch = batch_of((REACH_A, FAR, NOW_A), (MOVE_B, FAR, NOW_A), (MOVE_A, NOW_A, NOW_A), (MOVE_B, NOW_B, WANTED_A))
    rows, goals = StageGuide(cast("RelayTask", TwoCubes())).goals(batch)
    assert rows.tolist() == [1]
    assert goals.stages.tolist() == [REACH_A]
