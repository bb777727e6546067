# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What watching costs: training through the graph when nobody looks, with the topics of rviz2, with a recorder.

Runs of all kinds alternate, so that a busy machine slows all. Who looks is a process that subscribes to what rher.rviz
shows, and takes it as bytes: unpacking and drawing are rviz2's own affair, and its own cost. Two speeds are told. Steps
per second of the wall clock are what a user sees, and differ by more than watching costs where others use the machine.
Steps per second of processor time of the graph, without the onlooker and without what a run of one episode takes, say
what watching costs the training. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import rclpy
import yaml
from ament_index_python.packages import get_package_share_directory
from geometry_msgs.msg import WrenchStamped
from rher_agent.ros.domain import DomainClaim
from rher_agent.ros.quality import LOCKSTEP
from rher_agent.ros.session import ended_by_shutdown, leave_interrupts_to_ros, ros_session
from rher_interfaces.msg import TrainingStatus
from sensor_msgs.msg import Image
from tf2_msgs.msg import TFMessage
from visualization_msgs.msg import MarkerArray

NOBODY, RVIZ, RECORDER = "nobody looks", "rviz2's topics", "recording"
WATCHED = (RVIZ, RECORDER)
KINDS = (NOBODY, *WATCHED)
EPISODES = 40
"""Of each run; the target is out of reach, so that none ends earlier."""
MESSAGES = {"MarkerArray": MarkerArray, "Image": Image, "Wrench": WrenchStamped}
"""By displays of rviz2 that name their topic in the file."""
STOP_PATIENCE = 20.0
"""[s]"""


@dataclass(frozen=True)
class Cost:
    """What a run took."""

    steps: int
    steps_per_s: float
    """Of the wall clock, while it trained."""
    cpu_s: float
    """Processor time of all processes of the graph, start and end included [s]."""

    def steps_per_cpu_s(self, start: Cost) -> float:
        """Return the steps per second of processor time beyond a run that only starts and ends."""
        return (self.steps - start.steps) / (self.cpu_s - start.cpu_s)


def watch() -> None:
    """Take what rher.rviz shows until Ctrl-C."""
    path = Path(get_package_share_directory("rher_agent")) / "rviz" / "rher.rviz"
    leave_interrupts_to_ros()
    with ros_session():
        node = rclpy.create_node("onlooker")
        for item in yaml.safe_load(path.read_text())["Visualization Manager"]["Displays"]:
            kind = MESSAGES.get(item["Class"].removeprefix("rviz_default_plugins/"))
            if kind is not None:
                node.create_subscription(kind, item["Topic"]["Value"], _pass_over, LOCKSTEP, raw=True)
        node.create_subscription(TFMessage, "/tf", _pass_over, LOCKSTEP, raw=True)
        node.create_subscription(TrainingStatus, "/rher/status", _pass_over, LOCKSTEP, raw=True)
        with ended_by_shutdown(node.context):
            rclpy.spin(node)


def train(kind: str, seed: int, folder: Path, episodes: int = EPISODES) -> Cost:
    """Return what a run took that is watched in some way."""
    output = folder / f"{kind.replace(' ', '_')}_{seed}_{episodes}"
    claim = DomainClaim()
    environment = {**os.environ, "ROS_DOMAIN_ID": str(claim.domain_id)}
    given = {
        "seed": seed,
        "learner_mode": "sync",
        "max_episodes": episodes,
        "target_success": 1.0,
        "episodes": 1,
        "record": str(kind == RECORDER).lower(),
        "output": output,
    }
    onlooker = None
    if kind == RVIZ:
        onlooker = subprocess.Popen([sys.executable, __file__, "--watch"], env=environment)
    before = _children_cpu_s()
    try:
        # It fails, since the target is not met; the summary tells.
        subprocess.run(
            ["ros2", "launch", "rher_agent", "sim.launch.py", *(f"{name}:={value}" for name, value in given.items())],
            env=environment,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        cpu_s = _children_cpu_s() - before
    finally:
        if onlooker is not None:
            onlooker.terminate()
            onlooker.wait(STOP_PATIENCE)
        claim.close()
    summary = json.loads((output / "summary.json").read_text())
    return Cost(int(summary["env_steps"]), float(summary["env_steps_per_s"]), cpu_s)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--watch", action="store_true", help="only take what rviz2 would show")
    options = parser.parse_args()
    if options.watch:
        watch()
        return
    walls: dict[str, list[float]] = {kind: [] for kind in KINDS}
    cpus: dict[str, list[float]] = {kind: [] for kind in KINDS}
    print("steps per second of the wall clock / of processor time")
    print(f"{'round':>5} " + " ".join(f"{kind:>15}" for kind in KINDS), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            start = train(NOBODY, number, Path(folder), episodes=1)
            turn = number % len(KINDS)
            for kind in (*KINDS[turn:], *KINDS[:turn]):
                cost = train(kind, number, Path(folder))
                walls[kind].append(cost.steps_per_s)
                cpus[kind].append(cost.steps_per_cpu_s(start))
            told = (f"{walls[kind][-1]:.1f} / {cpus[kind][-1]:.1f}" for kind in KINDS)
            print(f"{number + 1:>5} " + " ".join(f"{words:>15}" for words in told), flush=True)
    figures: dict[str, Any] = {"episodes": EPISODES, "cpus": os.cpu_count()}
    for clock, rates in (("wall", walls), ("processor", cpus)):
        ratios = {
            kind: [rate / free for rate, free in zip(rates[kind], rates[NOBODY], strict=True)] for kind in WATCHED
        }
        for kind, found in ratios.items():
            middle = f"{median(found):.3f} ({min(found):.3f} to {max(found):.3f})"
            print(f"{kind}: {middle} of the speed when nobody looks, by {clock} time")
        figures[f"steps_per_{clock}_s"], figures[f"{clock}_ratios"] = rates, ratios
    print(json.dumps(figures))


def _children_cpu_s() -> float:
    """Return the processor time of all processes begun here and ended, those that they began included [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _pass_over(message: object) -> None:
    """Do nothing with a message."""


if __name__ == "__main__":
    main()
