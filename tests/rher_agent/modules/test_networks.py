# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Shapes, bounds, and agreement of the two ways to act."""

from __future__ import annotations

import numpy as np
import torch
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.modules.networks import Actor, TwinCritic, squash
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import StageRules


def test_actions_lie_in_the_unit_ball_and_prefer_no_direction():
    raw = torch.tensor([[30.0, 40.0], [0.0, 0.0], [0.3, 0.4]])
    actions = squash(raw, (slice(0, 2),))
    assert torch.all(torch.linalg.vector_norm(actions, dim=1) <= 1.0)
    assert torch.allclose(actions[0], torch.tensor([0.6, 0.8]))
    assert torch.equal(actions[1], torch.zeros(2))
    assert torch.allclose(actions[2] / actions[2].norm(), torch.tensor([0.6, 0.8]))


def test_members_of_the_critic_differ_and_do_not_mix_rows():
    torch.manual_seed(0)
    critic = TwinCritic(5, 2, 16, 2)
    inputs, actions = torch.randn(4, 5), torch.randn(4, 2)
    values = critic(inputs, actions)
    assert values.shape == (2, 4)
    assert not torch.allclose(values[0], values[1])
    assert torch.allclose(critic(inputs[2:3], actions[2:3])[:, 0], values[:, 2], atol=1e-6)


def test_layer_norm_makes_values_blind_to_the_scale_of_a_layer():
    torch.manual_seed(0)
    inputs, actions = torch.randn(4, 5), torch.randn(4, 2)
    for layer_norm in (True, False):
        critic = TwinCritic(5, 2, 16, 2, members=3, layer_norm=layer_norm)
        before = critic(inputs, actions)
        with torch.no_grad():
            critic.weights[1] *= 10.0
            critic.biases[1] *= 10.0
        assert before.shape == (3, 4)
        assert torch.allclose(critic(inputs, actions), before, atol=1e-3) == layer_norm


def test_the_first_member_alone_says_what_it_says_among_all():
    torch.manual_seed(0)
    critic = TwinCritic(5, 2, 16, 2, members=3)
    inputs, actions = torch.randn(4, 5), torch.randn(4, 2)
    first = critic.first(inputs, actions)
    assert torch.allclose(first, critic(inputs, actions)[0], atol=1e-6)
    first.sum().backward()
    for part in (*critic.weights, *critic.biases):
        assert part.grad[0].any()
        assert not part.grad[1:].any(), "the others have no part in it"


def test_actor_shape():
    assert Actor(6, (slice(0, 3),), 8, 2)(torch.zeros(5, 6)).shape == (5, 3)


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
    actor = Actor(learner.encoder.input_size, task.action_groups, 32, 3)
    prefix = "actor."
    weights = {key[len(prefix) :]: torch.tensor(a) for key, a in arrays.items() if key.startswith(prefix)}
    actor.load_state_dict(weights)
    assert np.allclose(actor(torch.from_numpy(inputs)).detach().numpy()[0], acted, atol=1e-6)
