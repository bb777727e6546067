# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What watching costs: training through the graph when nobody looks, with the topics of rviz2, with a recorder.

Runs of all kinds alternate, so that a busy machine slows all. Who looks is a process that subscribes to what rher.rviz
shows, as rviz2 would, and takes it as bytes: unpacking and drawing are rviz2's own affair, and its own cost. Two speeds
are told. Steps of training per second of the wall clock are what a user sees, and differ by more than watching costs
where others use the machine. Steps per second of processor time of the graph, the recorder included and the onlooker
not, leave out what a run of one episode, watched in the same way, takes to start, to be judged and to end. A run in
which the onlooker heard nothing, or the recorder left out an episode, ends the benchmark. The last line is one JSON
object.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import rclpy
import yaml
from ament_index_python.packages import get_package_share_directory
from geometry_msgs.msg import WrenchStamped
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rher_agent.recording.playback import find_recordings
from rher_agent.ros.domain import DomainClaim
from rher_agent.ros.quality import BODIES, MARKERS
from rher_agent.ros.session import ended_by_shutdown, leave_interrupts_to_ros, ros_session
from sensor_msgs.msg import Image
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage
from visualization_msgs.msg import MarkerArray

NOBODY, RVIZ, RECORDER = "nobody looks", "rviz2's topics", "recording"
WATCHED = (RVIZ, RECORDER)
KINDS = (NOBODY, *WATCHED)
JUDGED = 2
"""Episodes of a run in which it is judged: one evaluation after the last of training, and one final goal."""
SETTINGS = {"evaluation_interval": 10_000, "evaluation_episodes": 1, "final_evaluation_episodes": 1}
"""Of the trainer: nothing but training between start and end."""
MESSAGES = {"RobotModel": String, "MarkerArray": MarkerArray, "Image": Image, "Wrench": WrenchStamped}
"""By displays of rviz2 that name their topic in the file."""
FRAMES_DEPTH = 100
"""As many messages of frames wait for a listener of tf2."""
EXPECTED = {f"/{MARKERS}", f"/{BODIES}", "/tf", "/tf_static", "/robot_description"}
"""Of which who looks must hear in every run of some length."""
SHUTDOWN_CHECK = 0.5
"""[s]"""
STOP_PATIENCE = 20.0
"""[s]"""


@dataclass(frozen=True)
class Cost:
    """What a run took."""

    steps: int
    """Of training."""
    steps_per_s: float
    """Of the wall clock, while it trained."""
    cpu_s: float
    """Processor time of all processes of the graph, start and end included [s]."""

    def steps_per_cpu_s(self, start: Cost) -> float:
        """Return the steps per second of processor time beyond a run that hardly more than starts and ends."""
        return (self.steps - start.steps) / (self.cpu_s - start.cpu_s)


def shown() -> Iterator[tuple[type, str, QoSProfile]]:
    """Yield type, topic and quality of service of all that rher.rviz shows."""
    path = Path(get_package_share_directory("rher_agent")) / "rviz" / "rher.rviz"
    for item in yaml.safe_load(path.read_text())["Visualization Manager"]["Displays"]:
        kind = MESSAGES.get(item["Class"].removeprefix("rviz_default_plugins/"))
        if kind is not None:
            topic = item.get("Topic") or item["Description Topic"]
            reliability, durability = topic["Reliability Policy"].upper(), topic["Durability Policy"].upper()
            yield (
                kind,
                topic["Value"],
                QoSProfile(
                    depth=topic["Depth"],
                    reliability=ReliabilityPolicy[reliability.replace(" ", "_")],
                    durability=DurabilityPolicy[durability.replace(" ", "_")],
                ),
            )
    for name, durability in (("/tf", DurabilityPolicy.VOLATILE), ("/tf_static", DurabilityPolicy.TRANSIENT_LOCAL)):
        yield TFMessage, name, QoSProfile(depth=FRAMES_DEPTH, durability=durability)


def watch() -> None:
    """Take what rher.rviz shows until SIGTERM, and print how many messages came on each topic."""
    heard: Counter[str] = Counter()
    leave_interrupts_to_ros()
    with ros_session():
        node = rclpy.create_node("onlooker")
        for kind, topic, quality in shown():
            node.create_subscription(kind, topic, lambda _, name=topic: heard.update((name,)), quality, raw=True)
        executor = SingleThreadedExecutor()
        executor.add_node(node)
        with ended_by_shutdown(node.context):
            # With a timeout: a wait without one has outlasted the SIGTERM.
            while node.context.ok():
                executor.spin_once(timeout_sec=SHUTDOWN_CHECK)
    print(json.dumps(heard))


def train(kind: str, seed: int, folder: Path, episodes: int) -> Cost:
    """Return what a run took that is watched in some way.

    Raises:
        RuntimeError: It was not watched: the onlooker heard nothing on a topic, or a recording is not there.
    """
    output = folder / f"{kind.replace(' ', '_')}_{seed}_{episodes}"
    parameters = folder / "parameters.yaml"
    parameters.write_text(yaml.safe_dump({"policy": {"ros__parameters": {"trainer": SETTINGS}}}))
    claim = DomainClaim()
    environment = {**os.environ, "ROS_DOMAIN_ID": str(claim.domain_id)}
    given = {
        "seed": seed,
        "learner_mode": "sync",
        "max_episodes": episodes,
        "params_file": parameters,
        "record": str(kind == RECORDER).lower(),
        "output": output,
    }
    onlooker, heard = None, "{}"
    if kind == RVIZ:
        onlooker = subprocess.Popen(
            [sys.executable, __file__, "--watch"], env=environment, stdout=subprocess.PIPE, text=True
        )
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
            heard, _ = onlooker.communicate(timeout=STOP_PATIENCE)
        claim.close()
    # A run of one episode may end before all have found each other.
    if kind == RVIZ and episodes > 1 and (silent := EXPECTED - json.loads(heard).keys()):
        raise RuntimeError(f"nothing was heard on {', '.join(sorted(silent))}")
    if kind == RECORDER and len(find_recordings(output)) != episodes + JUDGED:
        raise RuntimeError(f"{len(find_recordings(output))} files of {episodes + JUDGED} episodes are there")
    summary = json.loads((output / "summary.json").read_text())
    return Cost(int(summary["env_steps"]), float(summary["env_steps_per_s"]), cpu_s)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--episodes", type=int, default=40, help="of training in each run, more than one")
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
            turn = number % len(KINDS)
            for kind in (*KINDS[turn:], *KINDS[:turn]):
                start = train(kind, number, Path(folder), 1)
                cost = train(kind, number, Path(folder), options.episodes)
                walls[kind].append(cost.steps_per_s)
                cpus[kind].append(cost.steps_per_cpu_s(start))
            told = (f"{walls[kind][-1]:.1f} / {cpus[kind][-1]:.1f}" for kind in KINDS)
            print(f"{number + 1:>5} " + " ".join(f"{words:>15}" for words in told), flush=True)
    figures: dict[str, Any] = {"episodes": options.episodes, "cpus": os.cpu_count()}
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


if __name__ == "__main__":
    main()
