# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The goals of stack."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.tasks.stack import StackTask
from rher_agent.tasks.tabletop import GOAL_HEIGHT
from rher_agent.tasks.triple_stack import TripleStackTask


@pytest.mark.parametrize("task", [StackTask(), TripleStackTask()], ids=lambda task: task.name)
def test_lifting_is_practised_all_over_the_square_between_one_cube_and_as_high_as_pick_and_place(task: StackTask):
    p, rng = task.parameters, np.random.default_rng(0)
    goals = np.array([task.practice_goal(rng) for _ in range(500)])
    assert goals.shape == (500, len(task.object_names), 3)
    steps = np.diff(goals, axis=1)
    assert np.allclose(steps, (0.0, 0.0, p.cube_size)), "the others have their goals above it"
    center, half = np.array(p.center), p.square / 2.0
    lower, margin = goals[:, 0], 0.01
    for axis, (low, high) in enumerate(
        (
            (center[0] - half, center[0] + half),
            (center[1] - half, center[1] + half),
            (task.rest_height + p.cube_size, task.rest_height + GOAL_HEIGHT),
        )
    ):
        assert low <= lower[:, axis].min() < low + margin
        assert high - margin < lower[:, axis].max() <= high
