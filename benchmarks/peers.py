# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Updates per second of our learner next to TD3 and SAC of Stable-Baselines3 with its HerReplayBuffer.

It needs `pip install -r requirements/fetch.txt -r requirements/peers.txt`. All of them get the same stored episodes of
random actions, hidden layers of the same number and width, batches of the same size and the same share of relabelled
rows, and take turns in one process of one thread. TD3 and ours update the actor at every second update, SAC at every
one. The peers' buffers are just as long as the data, because they look at all of their length for every batch.

Three things are timed: learning as a user gets it, sampling and relabelling included; the updates alone, over batches
drawn before; and sampling alone. Times are of the processor, so that others who use this machine count less; with
`--device cuda` they are of the wall, read when the GPU has finished. The share of the wall time in which this
process had its core is told. Times are medians over the rounds; ratios are the median and the range of those within a
round. What bounds an update is told by its matrix products alone, each of its own shape, into memory allocated before.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from itertools import cycle, pairwise
from statistics import median
from typing import Any

import numpy as np
import torch
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner, find_device
from rher_agent.runners.presets import changed, preset
from rher_agent.runners.rollout import rollout
from rher_agent.storage.episode import Episode
from rher_agent.tasks.registry import gym_task_names
from rher_agent.worlds.gym_world import GymWorld, make_world
from rher_agent.worlds.world import Step

UPDATES = 120
"""Of one try."""
LAYERS = 3
"""Hidden layers of every network."""
DELAY = 2
"""Critic updates per actor update, of ours and of TD3."""
CRITICS = 2
HINDSIGHT_GOALS = 4
"""Relabelled rows for each one that is not, of the peers: the default 0.8 of ours."""
OURS, RIVALS = "ours", ("TD3", "SAC")
PARTS = ("learn", "update", "sample")
PACKAGES = ("torch", "numpy", "stable-baselines3", "gymnasium-robotics")


@dataclass(frozen=True)
class Contestant:
    """What is timed of one learner; every part makes or draws UPDATES batches."""

    learn: Callable[[], object]
    update: Callable[[], object]
    sample: Callable[[], object]


class OurLearner(RelayLearner):
    """Our learner, which can be given batches drawn before."""

    drawn: Any = None

    def _draw(self, count: int, mastered: int = 0) -> Any:
        return super()._draw(count, mastered) if self.drawn is None else self.drawn


class DrawnBatches:
    """Stands in for a peer's replay buffer and gives batches drawn before, one after the other."""

    def __init__(self, batches: Sequence[Any]) -> None:
        self._batches = cycle(batches)

    def sample(self, batch_size: int, env: object = None) -> Any:
        """Return the next one."""
        return next(self._batches)


def collect(world: GymWorld, count: int) -> list[Episode]:
    """Return episodes of random actions, that of seed 0 first."""
    rng = np.random.default_rng(0)

    def act_at_random(step: Step) -> np.ndarray:
        return rng.uniform(-1.0, 1.0, world.task.action_size)

    return [rollout(world, act_at_random, seed=seed).episode for seed in range(count)]


def our_settings(task: str, hidden: int, batch: int, device: str) -> LearnerConfig:
    """Return the published settings, but for what all have in common.

    Raises:
        ValueError: One of those is not allowed.
    """
    common = {
        "learner.hidden": hidden,
        "learner.layers": LAYERS,
        "learner.batch_size": batch,
        "learner.updates_per_episode": UPDATES,
        "learner.policy_delay": DELAY,
        "learner.critics": CRITICS,
        "learner.layer_norm": False,
        "learner.device": device,
    }
    return changed(preset("rher", task), common).learner


def ours(world: GymWorld, episodes: Sequence[Episode], config: LearnerConfig) -> tuple[Contestant, RelayLearner]:
    """Return our learner with the episodes in its buffer."""
    learner = OurLearner(world.task, config, seed=0)
    for episode in episodes:
        learner.add(episode)
    batches = learner._draw(UPDATES)

    def update() -> None:
        learner.drawn = batches
        learner.learn()
        learner.drawn = None

    return Contestant(learner.learn, update, lambda: learner._draw(UPDATES)), learner


def rival(name: str, world: GymWorld, episodes: Sequence[Episode], config: LearnerConfig) -> Contestant:
    """Return a peer with the same episodes in its buffer.

    Raises:
        RuntimeError: The environment did not repeat an episode.
    """
    gymnasium: Any = importlib.import_module("gymnasium")
    peers: Any = importlib.import_module("stable_baselines3")
    logger: Any = importlib.import_module("stable_baselines3.common.logger")
    environment = gymnasium.make(world.task.gym_id)
    model = getattr(peers, name)(
        "MultiInputPolicy",
        environment,
        learning_rate=config.learning_rate,
        buffer_size=sum(len(episode) for episode in episodes),
        batch_size=config.batch_size,
        tau=config.target_rate,
        gamma=config.gamma,
        replay_buffer_class=peers.HerReplayBuffer,
        replay_buffer_kwargs={"n_sampled_goal": HINDSIGHT_GOALS, "goal_selection_strategy": "future"},
        policy_kwargs={"net_arch": [config.hidden] * LAYERS},
        device=config.device,
        seed=0,
        **({"policy_delay": DELAY} if name == "TD3" else {}),
    )
    model.set_logger(logger.Logger(folder=None, output_formats=[]))
    buffer = model.replay_buffer
    where = world.task.layout.object_positions[0]
    for seed, episode in enumerate(episodes):
        seen, _ = environment.reset(seed=seed)
        for index, action in enumerate(episode.actions.astype(np.float32)):
            after, reward, _, truncated, info = environment.step(action)
            if not np.array_equal(after["achieved_goal"], episode.observations[index + 1, where]):
                raise RuntimeError(f"episode {seed} of {world.task.gym_id} came out otherwise at step {index + 1}")
            end = np.array([index + 1 == len(episode)])
            buffer.add(seen, after, action[None], np.array([reward]), end, [{**info, "TimeLimit.truncated": truncated}])
            seen = after
    batches = DrawnBatches([buffer.sample(config.batch_size) for _ in range(UPDATES)])

    def learn() -> None:
        model.train(gradient_steps=UPDATES, batch_size=config.batch_size)

    def update() -> None:
        model.replay_buffer = batches
        learn()
        model.replay_buffer = buffer

    return Contestant(learn, update, lambda: [buffer.sample(config.batch_size) for _ in range(UPDATES)])


def products(learner: RelayLearner, action_size: int) -> list[tuple[float, int, int, int]]:
    """Return the matrix products of one update as (how often, m, k, n), an (m, k) times a (k, n) matrix each.

    Of critics: forward of target and online ones, gradients of weights and of the layers before. Of the actor: forward
    of the target; and once in DELAY updates forward, the first critic there and back, and both gradients.
    """
    config, size = learner.config, learner.encoder.input_size
    batch, hidden = config.batch_size, [config.hidden] * config.layers
    actor = list(pairwise([size, *hidden, action_size]))
    critic = list(pairwise([size + action_size, *hidden, 1]))
    share = 1.0 / config.policy_delay
    found = []
    for index, (fan_in, fan_out) in enumerate(critic):
        forward, of_weights, back = (batch, fan_in, fan_out), (fan_in, batch, fan_out), (batch, fan_out, fan_in)
        found += [(2.0 * config.critics + share, *forward), (float(config.critics), *of_weights)]
        found.append(((config.critics if index else 0.0) + share, *back))
    for index, (fan_in, fan_out) in enumerate(actor):
        forward, of_weights, back = (batch, fan_in, fan_out), (fan_in, batch, fan_out), (batch, fan_out, fan_in)
        found += [(1.0 + share, *forward), (share, *of_weights), (share if index else 0.0, *back)]
    return found


def time_products(shapes: Sequence[tuple[float, int, int, int]], device: torch.device) -> float:
    """Return the time that the products of one update take, each repeated UPDATES times [s]."""
    total = 0.0
    for often, m, k, n in shapes:
        left, right = torch.randn(m, k, device=device), torch.randn(k, n, device=device)
        result = torch.empty(m, n, device=device)
        began = now(device)
        for _ in range(UPDATES):
            torch.mm(left, right, out=result)
        total += often * (now(device) - began) / UPDATES
    return total


def seconds(run: Callable[[], object], device: torch.device) -> float:
    """Return how long one of the UPDATES of a call takes [s]."""
    began = now(device)
    run()
    return (now(device) - began) / UPDATES


def now(device: torch.device) -> float:
    """Return the processor's time, or the wall's once a GPU has done all that it was given [s]."""
    if device.type == "cpu":
        return time.process_time()
    torch.cuda.synchronize(device)
    return time.perf_counter()


def compare(world: GymWorld, episodes: Sequence[Episode], config: LearnerConfig, rounds: int) -> dict[str, Any]:
    """Let all take turns; return times [ms], rates [1/s], ratios and what bounds ours."""
    our_own, learner = ours(world, episodes, config)
    contestants = {OURS: our_own} | {name: rival(name, world, episodes, config) for name in RIVALS}
    shapes, device = products(learner, world.task.action_size), find_device(config.device)
    for contestant in contestants.values():
        contestant.learn()
    times: dict[str, dict[str, list[float]]] = {name: {part: [] for part in PARTS} for name in contestants}
    of_products = []
    began, busy = time.perf_counter(), time.process_time()
    for _ in range(rounds):
        for part in PARTS:
            for name, contestant in contestants.items():
                times[name][part].append(seconds(getattr(contestant, part), device))
        of_products.append(time_products(shapes, device))

    results: dict[str, Any] = {"had_core": (time.process_time() - busy) / (time.perf_counter() - began)}
    for name, parts in times.items():
        results[name] = {f"{part}_ms": 1e3 * median(parts[part]) for part in PARTS}
        results[name]["updates_per_s"] = 1.0 / median(parts["learn"])
        for part in PARTS:
            ratios = [theirs / mine for theirs, mine in zip(parts[part], times[OURS][part], strict=True)]
            results[name][f"{part}_ratio"] = [median(ratios), min(ratios), max(ratios)]
    gflop = sum(2e-9 * often * m * k * n for often, m, k, n in shapes)
    alone, update = median(of_products), median(times[OURS]["update"])
    results["bound"] = {
        "gflop_per_update": gflop,
        "products_ms": 1e3 * alone,
        "products_gflop_per_s": gflop / alone,
        "update_gflop_per_s": gflop / update,
        "products_share_of_update": alone / update,
    }
    return results


def table(results: dict[str, Any], title: str) -> str:
    """Return the results of one size of networks as text."""
    lines = [
        f"{title:10}{'updates/s':>10}{'ms':>8}{'update':>8}{'sample':>8}   ours is faster by: in all, updates alone"
    ]
    for name in (OURS, *RIVALS):
        row = results[name]
        line = f"{name:10}{row['updates_per_s']:10.0f}" + "".join(f"{row[f'{part}_ms']:8.2f}" for part in PARTS)
        for part in ("learn", "update") if name != OURS else ():
            middle, low, high = row[f"{part}_ratio"]
            line += f"   {middle:.2f} ({low:.2f} to {high:.2f})"
        lines.append(line)
    bound = results["bound"]
    lines.append(
        f"one update is {bound['gflop_per_update']:.3f} GFLOP of matrix products, which alone take "
        f"{bound['products_ms']:.2f} ms ({bound['products_gflop_per_s']:.0f} GFLOP/s), "
        f"{bound['products_share_of_update']:.0%} of our update ({bound['update_gflop_per_s']:.0f} GFLOP/s)\n"
        f"the process had its core for {results['had_core']:.0%} of the time"
    )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=gym_task_names(), default="fetch_push")
    parser.add_argument("--hidden", type=int, nargs="+", default=[128, 256], help="widths of the hidden layers")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--episodes", type=int, default=200, help="in the buffers")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--device", default="cpu", help="of all learners: cpu, as published, cuda, or auto")
    options = parser.parse_args()

    try:
        settings = [our_settings(options.task, hidden, options.batch, options.device) for hidden in options.hidden]
        device = find_device(options.device).type
    except ValueError as error:
        parser.error(str(error))
    print(f"on {device}")
    results = {}
    with closing(make_world(options.task)) as world:
        episodes = collect(world, options.episodes)
        for config in settings:
            results[config.hidden] = compare(world, episodes, config, options.rounds)
            print(table(results[config.hidden], f"{LAYERS} x {config.hidden}"))
    versions = {name: metadata.version(name) for name in PACKAGES}
    made = {"task": options.task, "batch": options.batch, "device": device, "versions": versions}
    print(json.dumps({**made, "hidden": results}))


if __name__ == "__main__":
    main()
