# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the time of a training run goes: environment, inference, sampling and update, one thread, least of many tries.

The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from contextlib import closing

import numpy as np
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.runners.config import ALGORITHMS
from rher_agent.runners.evaluator import StageActor
from rher_agent.runners.presets import preset
from rher_agent.runners.rollout import rollout
from rher_agent.tasks.registry import gym_task_names
from rher_agent.worlds.gym_world import make_world
from rher_agent.worlds.world import Step

EPISODES = 10
"""Episodes of random actions in the replay buffer."""
ROUNDS = 15
"""Tries of which the fastest counts: others use this machine too."""
STEPS = 50
"""Steps or calls of one try."""


def least(run: Callable[[], object]) -> float:
    """Return the time of the fastest of many tries [s]."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=gym_task_names(), default="fetch_push")
    parser.add_argument("--algorithm", choices=ALGORITHMS, default="rher")
    options = parser.parse_args()

    config = preset(options.algorithm, options.task).learner
    rng = np.random.default_rng(0)
    with closing(make_world(options.task)) as world:
        learner = RelayLearner(world.task, config, seed=0)

        def act_at_random(step: Step) -> np.ndarray:
            return rng.uniform(-1.0, 1.0, world.task.action_size)

        for seed in range(EPISODES):
            learner.add(rollout(world, act_at_random, seed=seed).episode)
        actor = StageActor(world.task, learner.policy(averaged=False))
        first = world.reset(seed=0)
        starts = actor.starts(first)

        def act_often() -> None:
            for _ in range(STEPS):
                actor.act(first, actor.last_stage, starts)

        environment = least(lambda: rollout(world, act_at_random, seed=0)) / world.task.horizon
        inference = least(act_often) / STEPS
        updates = config.updates_per_episode
        sampling = least(lambda: learner._draw(updates)) / updates
        learning = least(learner.learn) / updates

    per_step = updates / world.task.horizon
    parts = {
        "environment": environment,
        "inference": inference,
        "sampling": per_step * sampling,
        "update": per_step * (learning - sampling),
    }
    total = sum(parts.values())
    print(f"{'part':12} {'ms per step':>12} {'share':>7}")
    for name, seconds in parts.items():
        print(f"{name:12} {1e3 * seconds:12.3f} {seconds / total:7.1%}")
    print(f"{config.layers} x {config.hidden}, batch {config.batch_size}: {1.0 / learning:.0f} updates/s")
    milliseconds = {name: 1e3 * seconds for name, seconds in parts.items()}
    print(json.dumps({"ms_per_step": milliseconds, "updates_per_s": 1.0 / learning, "updates_per_step": per_step}))


if __name__ == "__main__":
    main()
