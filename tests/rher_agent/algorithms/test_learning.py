# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A short run of the whole method must learn to reach the cube, with the default hyper-parameters."""

from __future__ import annotations

import numpy as np
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.exploration.config import ExplorationConfig
from rher_agent.exploration.sges import SelfGuidedExploration
from rher_agent.modules.policy import Policy
from rher_agent.runners.collector import Collector
from rher_agent.runners.evaluator import StageActor
from rher_agent.runners.rollout import rollout
from rher_agent.runners.seeds import SeedStream, episode_seed
from rher_agent.worlds.world import Step
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

SEED = 0
REACH = 0
EPISODES = 10
"""Twice what the slowest of the seeds tried needed."""
FRESH = 10
ENOUGH = 9


def reached(world: MujocoWorld, policy: Policy) -> int:
    """Return in how many fresh episodes the reach stage's policy ends within the contact radius."""
    count = 0
    for index in range(FRESH):
        actor = StageActor(world.task, policy)

        def act(step: Step, actor: StageActor = actor) -> np.ndarray:
            return actor.act(step, REACH, actor.starts(step))

        last = rollout(world, act, seed=episode_seed(SEED, SeedStream.FINAL_EVALUATION, index)).steps[-1]
        tcp = last.observation[world.task.layout.tcp_position]
        count += bool(np.linalg.norm(tcp - actor.starts(last)[0]) <= world.task.contact_radius)
    return count


def test_the_reach_stage_is_mastered_in_a_few_episodes():
    world, rng = MujocoWorld(), np.random.default_rng(SEED)
    learner = RelayLearner(world.task, LearnerConfig(), seed=SEED)
    exploration = SelfGuidedExploration(world.task, ExplorationConfig())
    collector = Collector(world, exploration, rng, show_choice=lambda _: None)
    assert reached(world, learner.policy(averaged=False)) < FRESH / 2, "an untrained policy must not pass"
    for index in range(EPISODES):
        seed = episode_seed(SEED, SeedStream.TRAINING, index)
        learner.add(collector.collect(learner.policy(averaged=False), seed=seed).rollout.episode)
        learner.learn()
    assert reached(world, learner.policy(averaged=False)) >= ENOUGH
