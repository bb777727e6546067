# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Groups of entries of an action, each in its own ball."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from rher_agent.modules.action_shape import action_groups, random_action, shorten
from rher_agent.modules.networks import squash
from rher_agent.tasks.fetch_pick_and_place import FetchPickAndPlaceTask

TASK = FetchPickAndPlaceTask()
BALL, BOX = action_groups(TASK, "ball"), action_groups(TASK, "box")


def test_ball_and_box():
    assert (slice(0, 3), slice(3, 4)) == BALL
    assert tuple(slice(i, i + 1) for i in range(4)) == BOX
    with pytest.raises(ValueError, match="allowed: ball, box"):
        action_groups(TASK, "cone")


def test_every_group_is_shortened_by_itself():
    action = np.array([3.0, 0.0, 4.0, -0.5])
    assert np.allclose(shorten(action, BALL), [0.6, 0.0, 0.8, -0.5])
    assert np.allclose(shorten(action, BOX), [1.0, 0.0, 1.0, -0.5])
    assert np.array_equal(action, [3.0, 0.0, 4.0, -0.5]), "the argument stays as it was"


def test_squashing_a_box_is_the_ordinary_tanh():
    raw = torch.tensor([[0.3, -2.0, 0.0, 1.0]])
    assert torch.allclose(squash(raw, BOX), torch.tanh(raw))
    assert torch.allclose(squash(raw, BALL)[:, 3], torch.tanh(raw[:, 3]))
    assert torch.linalg.vector_norm(squash(100.0 * raw, BALL)[:, :3]) == pytest.approx(1.0)


def test_random_actions_fill_every_group():
    rng = np.random.default_rng(0)
    box = np.array([random_action(BOX, rng) for _ in range(4000)])
    assert np.allclose(box.std(axis=0), 1.0 / np.sqrt(3.0), atol=0.03), "uniform in [-1, 1]"
    ball = np.array([random_action(BALL, rng) for _ in range(4000)])
    radius = np.linalg.norm(ball[:, :3], axis=1)
    assert radius.max() <= 1.0
    assert np.mean(radius**3 < 0.5) == pytest.approx(0.5, abs=0.04)
