# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What watching costs: training through the graph when nobody looks, with the topics of rviz2, with a recorder.

Runs of all kinds alternate, so that a busy machine slows all. Who looks is a process that subscribes to what rher.rviz
shows, and takes it as bytes: unpacking and drawing are rviz2's own affair, and its own cost. The last line is one JSON
object.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

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
KINDS = (NOBODY, RVIZ, RECORDER)
EPISODES = 40
"""Of each run; the target is out of reach, so that none ends earlier."""
MESSAGES = {"MarkerArray": MarkerArray, "Image": Image, "Wrench": WrenchStamped}
"""By displays of rviz2 that name their topic in the file."""
STOP_PATIENCE = 20.0
"""[s]"""


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


def train(kind: str, seed: int, folder: Path) -> float:
    """Return the steps a second of a run that is watched in some way."""
    output = folder / f"{kind.replace(' ', '_')}_{seed}"
    claim = DomainClaim()
    environment = {**os.environ, "ROS_DOMAIN_ID": str(claim.domain_id)}
    given = {
        "seed": seed,
        "learner_mode": "sync",
        "max_episodes": EPISODES,
        "target_success": 1.0,
        "episodes": 1,
        "record": str(kind == RECORDER).lower(),
        "output": output,
    }
    onlooker = None
    if kind == RVIZ:
        onlooker = subprocess.Popen([sys.executable, __file__, "--watch"], env=environment)
    try:
        # It fails, since the target is not met; the summary tells.
        subprocess.run(
            ["ros2", "launch", "rher_agent", "sim.launch.py", *(f"{name}:={value}" for name, value in given.items())],
            env=environment,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    finally:
        if onlooker is not None:
            onlooker.terminate()
            onlooker.wait(STOP_PATIENCE)
        claim.close()
    return float(json.loads((output / "summary.json").read_text())["env_steps_per_s"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--watch", action="store_true", help="only take what rviz2 would show")
    options = parser.parse_args()
    if options.watch:
        watch()
        return
    rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
    print(f"{'round':>5} " + " ".join(f"{kind:>15}" for kind in KINDS) + "   steps/s")
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            for kind in KINDS:
                rates[kind].append(train(kind, number, Path(folder)))
            print(f"{number + 1:>5} " + " ".join(f"{rates[kind][-1]:>15.1f}" for kind in KINDS))
    ratios = {kind: [rate / free for rate, free in zip(rates[kind], rates[NOBODY], strict=True)] for kind in KINDS[1:]}
    for kind, found in ratios.items():
        print(f"{kind}: {median(found):.3f} ({min(found):.3f} to {max(found):.3f}) of the speed when nobody looks")
    print(json.dumps({"steps_per_s": rates, "ratios": ratios, "episodes": EPISODES, "cpus": os.cpu_count()}))


def _pass_over(message: object) -> None:
    """Do nothing with a message."""


if __name__ == "__main__":
    main()
