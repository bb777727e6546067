# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What batches hold of guides: what the stage at hand would do, as the networks see it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from rher_agent.algorithms.batches import BatchDrawer
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.modules.mlp import NetworkShape
from rher_agent.modules.networks import Actor
from rher_agent.modules.policy import Policy, PolicyWeights
from rher_agent.storage.episode import Episode
from rher_agent.storage.hindsight import HindsightSampler, Transitions
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import Goals

TASK = PushTask()
CPU = torch.device("cpu")
CONFIG = LearnerConfig(hidden=16, layers=2, batch_size=32, guide_weight=1.0, device="cpu")
REACH, PUSH = range(2)
ROWS = 20
"""Of each stage."""


def wandering_buffer() -> ReplayBuffer:
    """Return an episode of a TCP that moves with its actions over a cube that moves by itself."""
    rng = np.random.default_rng(0)
    steps = 20
    actions = rng.uniform(-0.7, 0.7, (steps, 2))
    observations = np.zeros((steps + 1, TASK.layout.size))
    observations[1:, 0:2] = 0.025 * np.cumsum(actions, axis=0)
    observations[1:, 3:5] = np.cumsum(rng.normal(0.0, 0.01, (steps, 2)), axis=0)
    observations[:, 15] = 1.0
    buffer = ReplayBuffer(TASK, capacity=1)
    buffer.add(Episode(observations, actions, rng.uniform(-0.2, 0.2, (1, 3)), np.ones(steps, dtype=bool)))
    return buffer


def drawn(stages: np.ndarray, config: LearnerConfig = CONFIG) -> Transitions:
    sampler = HindsightSampler(TASK, config.hindsight, gamma=config.gamma)
    return sampler.sample(wandering_buffer(), stages, np.random.default_rng(0))


def make(config: LearnerConfig = CONFIG) -> tuple[BatchDrawer, Actor, Policy]:
    """Return a drawer with a random actor, and that actor as a policy."""
    torch.manual_seed(0)
    drawer = BatchDrawer(TASK, config, CPU)
    drawer.normalizer.update(
        np.random.default_rng(1).normal(0.0, 0.2, (200, drawer.view.encoder.size)).astype(np.float32)
    )
    shape = NetworkShape(config.hidden, config.layers, CPU, config.initial_weights)
    actor = Actor(drawer.view.encoder.input_size, TASK.action_groups, shape)
    layers = tuple((weight.numpy(), bias.numpy()) for weight, bias in actor.weights.layers[0])
    return drawer, actor, Policy(drawer.view, PolicyWeights(layers, drawer.normalizer, TASK.action_groups))


def as_one(goals: Goals, row: int) -> Goals:
    return Goals(goals.stages[row : row + 1], goals.reach[row : row + 1], goals.objects[row : row + 1])


@pytest.mark.parametrize("symmetry", [True, False])
def test_a_guide_does_what_its_policy_does(symmetry: bool):
    drawer, actor, policy = make(replace(CONFIG, symmetry=symmetry))
    batch = drawn(np.repeat([REACH, PUSH], ROWS))
    seen = drawer.view.see(batch.observations, batch.goals)
    actions, is_asked = drawer.ask_guide(batch, seen, None, lambda x: actor.forward(x, keep=False))
    assert drawer._guide is not None
    rows, goals = drawer._guide.goals(batch)
    assert 0 < len(rows) <= ROWS
    assert np.flatnonzero(is_asked).tolist() == rows.tolist()
    expected = np.zeros_like(actions)
    for index, row in enumerate(rows):
        expected[row] = policy.act(batch.observations[row], as_one(goals, index))
    np.testing.assert_allclose(actions[rows], drawer.view.actions(expected, seen)[rows], atol=1e-5)


def test_a_guide_of_a_mirrored_row_is_shown_the_mirror_image():
    drawer, actor, _ = make(replace(CONFIG, symmetry=False, mirror=True))
    batch = drawn(np.repeat([REACH, PUSH], ROWS))
    seen = drawer.view.see(batch.observations, batch.goals)
    shown: list[torch.Tensor] = []

    def act(inputs: torch.Tensor) -> torch.Tensor:
        shown.append(inputs)
        return actor.forward(inputs, keep=False)

    signs = np.tile(np.array([[-1.0, 1.0]], dtype=np.float32), (len(seen.features), 1))
    actions, is_asked = drawer.ask_guide(batch, seen, signs, act)
    assert drawer._guide is not None
    assert drawer._mirror is not None
    rows, goals = drawer._guide.goals(batch)
    by_guide = drawer.view.see(batch.observations[rows], goals)
    expected = drawer.network_input(drawer._mirror.features(by_guide.features, signs[rows]), by_guide.roles)
    assert torch.equal(torch.cat(shown), expected)
    np.testing.assert_array_equal(actions[is_asked], actor.forward(expected, keep=False).numpy())


def test_nobody_is_asked_where_every_stage_is_at_hand():
    drawer, actor, _ = make()
    batch = drawn(np.full(ROWS, REACH))
    seen = drawer.view.see(batch.observations, batch.goals)
    actions, is_asked = drawer.ask_guide(batch, seen, None, lambda x: actor.forward(x, keep=False))
    assert not is_asked.any()
    assert not actions.any()


def test_without_a_weight_nobody_is_asked():
    drawer, actor, _ = make(replace(CONFIG, guide_weight=0.0))
    batches = drawer.draw(wandering_buffer(), 2, 0, np.random.default_rng(0), actor.forward)
    assert not batches.has_guide.any()
    assert batches.guide_actions.shape == batches.actions.shape
