# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a policy is restored from, and what the slots look like that its stage does not use."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rher_agent.algorithms.acting import make_normalizer, make_view, masked_features, restore_policy
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.storage.episode import Episode
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import StageRules

TASK = PushTask()
SMALL = LearnerConfig(hidden=8, updates_per_episode=2, batch_size=16)


def episode() -> Episode:
    rng = np.random.default_rng(0)
    observations = 0.5 + np.cumsum(rng.normal(0.0, 0.01, (21, TASK.layout.size)), axis=0)
    return Episode(observations, rng.uniform(-0.7, 0.7, (20, 2)), np.zeros((1, 3)), np.ones(20, dtype=bool))


@pytest.mark.parametrize(
    "config",
    [
        SMALL,
        replace(SMALL, masked="raw_zero", view="absolute", symmetry=False),
        replace(SMALL, normalize=False, layers=1, action_shape="box"),
    ],
)
def test_a_restored_policy_acts_as_the_learners_own(config: LearnerConfig):
    learner = RelayLearner(TASK, config, seed=0)
    learner.add(episode())
    learner.learn()
    own, restored = learner.policy(averaged=True), restore_policy(TASK, config, *learner.state())
    rules = StageRules(TASK)
    for row in episode().observations:
        for stage in (0, 1):
            goals = rules.goals(row[None], np.zeros((1, 1, 3)), np.full((1, 1, 3), 0.1), np.array([stage]))
            assert np.array_equal(own.act(row, goals), restored.act(row, goals))


def test_masked_slots_are_zero_or_what_zero_is_scaled_to():
    zero, raw_zero = LearnerConfig(), LearnerConfig(masked="raw_zero")
    encoder = make_view(TASK, zero).encoder
    normalizer = make_normalizer(encoder, zero)
    rng = np.random.default_rng(0)
    normalizer.update(rng.normal(0.3, 0.1, (1000, encoder.size)).astype(np.float32))
    assert masked_features(normalizer, zero) is None
    masked = masked_features(normalizer, raw_zero)
    assert masked is not None
    assert masked == pytest.approx(np.full(encoder.size, -3.0), abs=0.3)
