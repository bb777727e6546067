# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the time and the memory of a training run go, on one thread.

First each part alone, the least of many tries: environment, inference, sampling and update. Then the wall clock of the
training loop itself, episodes of self-guided exploration and the updates after each, with a watch on every part; the
loop is what is left: choosing who acts, noise, the stage at hand, and keeping the episode. Nothing is written to disk.
The share of the wall time in which this process had its core tells how quiet the machine was. With `--device cuda` the
networks learn on a GPU, and what it has not done yet counts for the part that waits for it, which is the update. The
last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, ParamSpec, TypeVar

import numpy as np
from rher_agent.algorithms.relay_learner import RelayLearner, find_device
from rher_agent.exploration.sges import SelfGuidedExploration
from rher_agent.runners.collector import Collector
from rher_agent.runners.config import ALGORITHMS, RunConfig
from rher_agent.runners.evaluator import StageActor
from rher_agent.runners.presets import changed, preset
from rher_agent.runners.rollout import rollout
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_agent.tasks.registry import gym_task_names
from rher_agent.worlds.gym_world import GymWorld, make_world
from rher_agent.worlds.world import Step, World

EPISODES = 10
"""Episodes of random actions in the replay buffer."""
ROUNDS = 15
"""Tries of which the fastest counts: others use this machine too."""
STEPS = 50
"""Steps or calls of one try."""
KIB, MIB = 1024.0, 1024.0**2

P = ParamSpec("P")
R = TypeVar("R")


class Stopwatch:
    """Adds up the wall time spent in the calls that it watches, by name, without that of watched calls inside."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inside = [0.0]

    def watch(self, name: str, call: Callable[P, R]) -> Callable[P, R]:
        """Return the call, watched under a name."""

        def watched(*arguments: P.args, **keywords: P.kwargs) -> R:
            self._inside.append(0.0)
            began = time.perf_counter()
            try:
                return call(*arguments, **keywords)
            finally:
                spent = time.perf_counter() - began
                self.seconds[name] = self.seconds.get(name, 0.0) + spent - self._inside.pop()
                self._inside[-1] += spent

        return watched


def least(run: Callable[[], object]) -> float:
    """Return the time of the fastest of many tries [s]."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def parts_alone(world: World, config: RunConfig) -> dict[str, float]:
    """Return the least time of every part for each step of training [s]."""
    rng = np.random.default_rng(0)
    learner = RelayLearner(world.task, config.learner, seed=0)

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

    horizon, updates = world.task.horizon, config.learner.updates_per_episode
    sampling = least(lambda: learner._draw(updates)) / horizon
    return {
        "environment": least(lambda: rollout(world, act_at_random, seed=0)) / horizon,
        "inference": least(act_often) / STEPS,
        "sampling": sampling,
        "update": least(learner.learn) / horizon - sampling,
    }


def train(world: GymWorld, config: RunConfig, episodes: int) -> tuple[dict[str, Any], RelayLearner]:
    """Train for some episodes with a watch on every part.

    Returns:
        Seconds of each part and of the loop around them, steps, updates, and the share of time with a core; and the
        learner.
    """
    watch = Stopwatch()
    learner = RelayLearner(world.task, config.learner, seed=config.seed)
    exploration = SelfGuidedExploration(world.task, config.exploration)
    collector = Collector(world, exploration, np.random.default_rng(config.seed), show_choice=lambda _: None)
    seen_step, seen_reset = world.step, world.reset
    world.step = watch.watch("environment", seen_step)  # type: ignore[method-assign]
    world.reset = watch.watch("environment", seen_reset)  # type: ignore[method-assign]
    learner._draw = watch.watch("sampling", learner._draw)  # type: ignore[method-assign]
    learn = watch.watch("update", learner.learn)
    steps, began, busy = 0, time.perf_counter(), time.process_time()
    for seed in range(episodes):
        policy = learner.policy(averaged=False)
        policy.act = watch.watch("inference", policy.act)  # type: ignore[method-assign]
        episode = collector.collect(policy, seed=seed).rollout.episode
        steps += len(episode)
        learner.add(episode)
        learn()
    wall, busy = time.perf_counter() - began, time.process_time() - busy
    world.step, world.reset = seen_step, seen_reset  # type: ignore[method-assign]
    watch.seconds["loop"] = wall - sum(watch.seconds.values())
    return {"seconds": watch.seconds, "steps": steps, "updates": learner.updates, "had_core": busy / wall}, learner


def episode_bytes(buffer: ReplayBuffer) -> float:
    """Return what one episode takes of a replay buffer's memory [bytes]."""
    arrays = (buffer.observations, buffer.actions, buffer.desired_goals, buffer.lengths, buffer.usable, buffer.energies)
    return sum(array.nbytes for array in (*arrays, buffer.stopped)) / buffer.capacity


def memory(learner: RelayLearner) -> dict[str, float]:
    """Return what a learner keeps in memory: of one episode [KiB], of all it has room for and of the rest [MiB]."""
    room = episode_bytes(learner.buffer) * learner.buffer.capacity
    batches = learner._draw(learner.config.updates_per_episode)
    parts = (batches.inputs, batches.next_inputs, batches.actions, batches.rewards, batches.discounts)
    drawn = sum(part.nbytes for part in parts)
    return {
        "episode_kib": episode_bytes(learner.buffer) / KIB,
        "buffer_when_full_mib": room / MIB,
        "networks_and_moments_mib": sum(array.nbytes for array in learner.state()[0].values()) / MIB,
        "batches_of_an_episode_mib": drawn / MIB,
        "peak_of_process_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=gym_task_names(), default="fetch_push")
    parser.add_argument("--algorithm", choices=ALGORITHMS, default="rher")
    parser.add_argument("--episodes", type=int, default=60, help="of the training loop")
    parser.add_argument("--device", default="cpu", help="of the learner: cpu, as published, cuda, or auto")
    options = parser.parse_args()

    try:
        config = changed(preset(options.algorithm, options.task), {"learner.device": options.device})
        device = find_device(config.learner.device).type
    except ValueError as error:
        parser.error(str(error))
    with closing(make_world(options.task)) as world:
        alone = parts_alone(world, config)
        trained, learner = train(world, config, options.episodes)
    kept = memory(learner)

    spent, steps = trained["seconds"], trained["steps"]
    print(f"{'part':12} {'alone, ms per step':>19} {'share':>7} {'in training, ms per step':>25} {'share':>7}")
    for name in (*alone, "loop"):
        least_alone = (
            f"{1e3 * alone[name]:19.3f} {alone[name] / sum(alone.values()):7.1%}" if name in alone else " " * 27
        )
        print(f"{name:12} {least_alone} {1e3 * spent[name] / steps:25.3f} {spent[name] / sum(spent.values()):7.1%}")
    settings = config.learner
    per_second = trained["updates"] / (spent["update"] + spent["sampling"])
    print(
        f"{settings.layers} x {settings.hidden}, batch {settings.batch_size}, on {device}: {per_second:.0f} updates/s, "
        f"{trained['updates'] / steps:.1f} a step, {steps / sum(spent.values()):.0f} steps/s; "
        f"the process had its core for {trained['had_core']:.0%} of the time"
    )
    for name, value in kept.items():
        print(f"{name:26} {value:10.2f}")
    milliseconds = {name: 1e3 * seconds for name, seconds in alone.items()}
    print(json.dumps({"device": device, "alone_ms_per_step": milliseconds, "training": trained, "memory": kept}))


if __name__ == "__main__":
    main()
