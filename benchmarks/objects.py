# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What more objects cost: pushes of one, two and three cubes, with the relay and without.

The relay of N objects has 2 N stages, all learned by one network from one copy of the data; the released code keeps 2 N
copies. Against it plain HER with the same networks, so that the difference is the relay's alone. Parts are the least of
many tries on one thread, in rounds so that whoever else uses the machine slows none more than another; of each the
straight line over N, its value at one and what each further object adds. The last line is one JSON object.
"""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import numpy as np
from rher_agent.runners.config import RunConfig
from rher_agent.runners.presets import changed, preset
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_sim_bridge.worlds.mujoco_world import make_world
from throughput import episode_bytes, parts_alone

TASKS = ("push", "double_push", "triple_push")
"""Of one, two and three objects."""
METHODS = {
    "relay": {},
    "no relay": {"learner.learned_stages": "last", "exploration.least_solo": 1.0},
}
"""And what each changes."""
ROUNDS = 3
MS_PER_S = 1e3


def measure(task: str, settings: dict[str, Any]) -> dict[str, float]:
    """Return what a method costs on a task: times of its parts [ms] and memory of a step [bytes]."""
    config: RunConfig = changed(preset("rher", task), settings)
    with closing(make_world(task)) as world:
        parts = parts_alone(world, config)
        horizon = world.task.horizon
        step_bytes = episode_bytes(ReplayBuffer(world.task, capacity=1)) / horizon
    updates = config.learner.updates_per_episode / horizon
    return {
        "environment_step_ms": MS_PER_S * parts["environment"],
        "inference_step_ms": MS_PER_S * parts["inference"],
        "sampling_update_ms": MS_PER_S * parts["sampling"] / updates,
        "update_ms": MS_PER_S * parts["update"] / updates,
        "updates_step": updates,
        "replay_step_bytes": step_bytes,
    }


def summed_up(parts: list[dict[str, float]]) -> dict[str, float]:
    """Return the least of every part over the rounds, and what a thousand steps and an update take by them."""
    least = {name: min(found[name] for found in parts) for name in parts[0]}
    learning_ms = least["sampling_update_ms"] + least["update_ms"]
    step_ms = least["environment_step_ms"] + least["inference_step_ms"] + least["updates_step"] * learning_ms
    # A thousand steps take as many seconds as one takes milliseconds.
    return {**least, "thousand_steps_s": step_ms, "updates_per_s": MS_PER_S / learning_ms}


def straight_line(values: list[float]) -> dict[str, float]:
    """Return the least-squares line through values at N = 1, 2, 3: at one, each further, and the largest deviation."""
    counts = np.arange(1, len(values) + 1)
    slope, at_zero = np.polyfit(counts, values, 1)
    deviation = float(np.max(np.abs(np.polyval((slope, at_zero), counts) - values)))
    return {"at_one": slope + at_zero, "each_further": slope, "largest_deviation": deviation}


def main() -> None:
    """Measure and print."""
    rounds: dict[str, dict[str, list[dict[str, float]]]] = {method: {task: [] for task in TASKS} for method in METHODS}
    for _ in range(ROUNDS):
        for task in TASKS:
            for method, settings in METHODS.items():
                rounds[method][task].append(measure(task, settings))
    found = {method: {task: summed_up(parts) for task, parts in tasks.items()} for method, tasks in rounds.items()}
    names = list(found["relay"][TASKS[0]])
    width = max(map(len, names))
    print(f"{'':{width}}  {'method':10}" + "".join(f"{f'N = {count}':>10}" for count in (1, 2, 3)) + "   each further")
    lines: dict[str, dict[str, dict[str, float]]] = {}
    for name in names:
        for method, tasks in found.items():
            values = [tasks[task][name] for task in TASKS]
            line = lines.setdefault(method, {})[name] = straight_line(values)
            cells = "".join(f"{value:10.3f}" for value in values)
            print(f"{name:{width}}  {method:10}{cells}   {line['each_further']:+.3f}")
    print(json.dumps({"measured": found, "lines": lines}))


if __name__ == "__main__":
    main()
