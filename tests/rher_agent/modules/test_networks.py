# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Shapes, bounds, and agreement of the two ways to act."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.modules.action_shape import Groups
from rher_agent.modules.mlp import NetworkShape
from rher_agent.modules.networks import Actor, Critics, squash, squash_gradient
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import StageRules
from torch import Tensor

CPU = torch.device("cpu")


def test_actions_lie_in_the_unit_ball_and_prefer_no_direction():
    raw = torch.tensor([[30.0, 40.0], [0.0, 0.0], [0.3, 0.4]])
    actions = squash(raw, (slice(0, 2),))
    assert torch.all(torch.linalg.vector_norm(actions, dim=1) <= 1.0)
    assert torch.allclose(actions[0], torch.tensor([0.6, 0.8]))
    assert torch.equal(actions[1], torch.zeros(2))
    assert torch.allclose(actions[2] / actions[2].norm(), torch.tensor([0.6, 0.8]))


@pytest.mark.parametrize("groups", [(slice(0, 3),), (slice(0, 3), slice(3, 4)), (slice(0, 1), slice(1, 2))])
def test_the_gradient_of_squashing_is_that_of_autograd(groups: Groups):
    torch.manual_seed(0)
    size = groups[-1].stop
    for scale in (1e-3, 0.1, 1.0, 5.0):
        raw = (scale * torch.randn(50, size)).requires_grad_()
        upper = torch.randn(50, size)
        (expected,) = torch.autograd.grad(squash(raw, groups), raw, upper)
        assert torch.allclose(squash_gradient(raw.detach(), upper, groups), expected, atol=1e-5)
    assert torch.allclose(squash_gradient(torch.zeros(1, size), torch.ones(1, size), groups), torch.ones(1, size))


def critics_of(members: int, *, layer_norm: bool = False) -> Critics:
    torch.manual_seed(0)
    return Critics(5, 2, NetworkShape(16, 2, CPU, "fan_in"), members=members, layer_norm=layer_norm)


def values_of(critics: Critics, inputs: Tensor, actions: Tensor) -> Tensor:
    return critics.regress(inputs, actions, torch.zeros(len(inputs)))[1]


def test_members_of_the_critic_differ_and_do_not_mix_rows():
    critics = critics_of(3)
    inputs, actions = torch.randn(4, 5), torch.randn(4, 2)
    values = values_of(critics, inputs, actions)
    assert values.shape == (4, 3)
    assert not torch.allclose(values[:, 0], values[:, 1])
    assert torch.allclose(values_of(critics, inputs[2:3], actions[2:3])[0], values[2], atol=1e-6)
    assert torch.allclose(critics.first(inputs, actions), values[:, 0], atol=1e-6)
    assert torch.allclose(critics.least(inputs, actions), values.amin(dim=1), atol=1e-6)


def test_layer_norm_makes_values_blind_to_the_scale_of_a_layer():
    for layer_norm in (True, False):
        critics = critics_of(3, layer_norm=layer_norm)
        inputs, actions = torch.randn(4, 5), torch.randn(4, 2)
        before = values_of(critics, inputs, actions)
        for network in critics.weights.layers:
            for part in network[1]:
                part *= 10.0
        assert torch.allclose(values_of(critics, inputs, actions), before, atol=1e-3) == layer_norm


def test_the_critics_descend_the_mean_squared_error_of_all_members():
    critics = critics_of(2)
    inputs, actions, target = torch.randn(8, 5), torch.randn(8, 2), torch.randn(8)
    loss, values = critics.regress(inputs, actions, target)
    assert loss == pytest.approx(float((values - target[:, None]).square().mean()))
    gradient, step = critics.weights.gradient.clone(), 1e-3
    critics.weights.values -= step * gradient
    lower, _ = critics.regress(inputs, actions, target)
    assert float(loss - lower) == pytest.approx(step * float(gradient.square().sum()), rel=0.05)


def test_the_actor_climbs_the_value_of_the_first_critic():
    critics, actor = critics_of(2), Actor(5, (slice(0, 2),), NetworkShape(16, 2, CPU, "fan_in"))
    inputs = torch.randn(8, 5)
    before = critics.first(inputs, actor.forward(inputs)).mean()
    actor.backward(critics.action_gradient(torch.full((8,), 1.0 / 8.0)))
    gradient, step = actor.weights.gradient.clone(), 1e-2
    actor.weights.values += step * gradient
    gained = critics.first(inputs, actor.forward(inputs)).mean() - before
    assert float(gained) == pytest.approx(step * float(gradient.square().sum()), rel=0.05)


def test_actor_shape():
    assert Actor(6, (slice(0, 3),), NetworkShape(8, 2, CPU, "fan_in")).forward(torch.zeros(5, 6)).shape == (5, 3)


def test_policy_acts_as_the_network_does():
    """The numpy policy against torch, on a random situation without the canonical frame."""
    task = PushTask()
    learner = RelayLearner(task, LearnerConfig(hidden=32, symmetry=False), seed=5)
    observation = np.random.default_rng(0).normal(0.0, 0.3, task.layout.size)
    rules = StageRules(task)
    goals = rules.goals(observation[None], np.zeros((1, 1, 3)), np.ones((1, 1, 3)), np.array([1]))
    acted = learner.policy(averaged=False).act(observation, goals)
    features = learner.encoder.features(observation[None], goals)
    inputs = learner.encoder.mask_and_tag(np.clip(features, -5.0, 5.0), goals.stages)
    arrays, _ = learner.state()
    actor = Actor(learner.encoder.input_size, task.action_groups, NetworkShape(32, 3, CPU, "fan_in"))
    for name, part in actor.weights.named().items():
        part.copy_(torch.from_numpy(arrays[f"actor.{name}"]))
    assert np.allclose(actor.forward(torch.from_numpy(inputs)).numpy()[0], acted, atol=1e-6)
