# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Lock-step rate through the ROS graph against the same world in process: random actions, no learning.

Rounds of both alternate in one run, so that a busy machine slows both. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from statistics import median

import numpy as np
import rclpy
from ament_index_python.packages import get_package_prefix
from rher_agent.ros.domain import DomainClaim
from rher_agent.ros.ros_world import RosWorld
from rher_agent.ros.session import ros_session
from rher_agent.tasks.registry import make_task
from rher_agent.worlds.world import World
from rher_sim_bridge.worlds.mujoco_world import make_world

TASK = "push"
WARM_UP_EPISODES = 2
SHUTDOWN_TIMEOUT = 10.0
"""[s]"""


def steps_per_second(world: World, episodes: int, seed: int) -> float:
    """Return the rate of whole episodes with random actions, resets included in the time but not in the count."""
    rng = np.random.default_rng(seed)
    steps = 0
    begun = time.perf_counter()
    for episode in range(episodes):
        step = world.reset(seed=seed + episode)
        while not step.truncated:
            step = world.step(rng.uniform(-0.7, 0.7, world.task.action_size))
            steps += 1
    return steps / (time.perf_counter() - begun)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--episodes", type=int, default=20, help="episodes of each world in a round")
    options = parser.parse_args()

    claim = DomainClaim()
    os.environ["ROS_DOMAIN_ID"] = str(claim.domain_id)
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    simulation = subprocess.Popen(
        [Path(get_package_prefix("rher_sim_bridge")) / "lib" / "rher_sim_bridge" / "sim_node"]
    )
    try:
        with ros_session():
            measure(options.rounds, options.episodes)
    finally:
        simulation.send_signal(signal.SIGINT)
        try:
            simulation.wait(SHUTDOWN_TIMEOUT)
        except subprocess.TimeoutExpired:
            simulation.kill()
            raise


def measure(rounds: int, episodes: int) -> None:
    """Run the rounds and print the table and the summary."""
    graph, in_process = RosWorld(make_task(TASK)), make_world(TASK)
    for world in (graph, in_process):
        steps_per_second(world, WARM_UP_EPISODES, seed=0)
    rates: dict[str, list[float]] = {"graph": [], "inprocess": []}
    print(f"{'round':>5} {'in process':>12} {'graph':>12} {'ratio':>7}   steps/s")
    for number in range(rounds):
        rates["inprocess"].append(steps_per_second(in_process, episodes, seed=number * episodes))
        rates["graph"].append(steps_per_second(graph, episodes, seed=number * episodes))
        inside, through = rates["inprocess"][-1], rates["graph"][-1]
        print(f"{number + 1:>5} {inside:>12.0f} {through:>12.0f} {through / inside:>7.2f}")
    graph.close()
    in_process.close()
    ratios = [through / inside for through, inside in zip(rates["graph"], rates["inprocess"], strict=True)]
    summary = {
        "inprocess_steps_per_s": round(median(rates["inprocess"]), 1),
        "graph_steps_per_s": round(median(rates["graph"]), 1),
        "ratio": round(median(ratios), 3),
        "ratio_min": round(min(ratios), 3),
        "ratio_max": round(max(ratios), 3),
        "overhead_ms_per_step": round(1e3 * (1 / median(rates["graph"]) - 1 / median(rates["inprocess"])), 3),
        "rounds": rounds,
        "episodes_per_round": episodes,
        "rmw": rclpy.get_rmw_implementation_identifier(),
        "cpus": os.cpu_count(),
    }
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
