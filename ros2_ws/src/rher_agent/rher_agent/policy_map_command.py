# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Draws what a learner of the push thinks of the table, from above.

`ros2 run rher_agent policy_map runs/first/checkpoints/latest.safetensors --goal 0.6 0.1`: for every place
of the tool the steps that each stage has still to go, the way it would take, and the stage that is at hand there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rclpy.utilities import remove_ros_args

from rher_agent.reporting.policy_map import Situation, plot_policy_map
from rher_agent.runners.local_learner import load_learner
from rher_agent.storage.checkpoint import CheckpointError
from rher_agent.tasks.push import PushTask

CUBE, GOAL = (0.46, -0.04), (0.58, 0.08)
"""A cube and a goal that leave room around both [m]."""


def main(args: list[str] | None = None) -> None:
    """Draw; the exit code is 1 when the checkpoint cannot be read, or nothing can be drawn of it."""
    parser = argparse.ArgumentParser(
        prog="policy_map", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path, help="of a run of push, from its folder checkpoints")
    parser.add_argument("--cube", type=float, nargs=2, default=CUBE, metavar=("X", "Y"), help="in base_link [m]")
    parser.add_argument("--goal", type=float, nargs=2, default=GOAL, metavar=("X", "Y"), help="in base_link [m]")
    parser.add_argument("--output", type=Path, default=Path("policy_map.png"), help="picture to write")
    options = parser.parse_args(remove_ros_args(args if args is not None else sys.argv)[1:])
    task = PushTask()
    try:
        learner = load_learner(options.checkpoint, task.name)
        plot_policy_map(learner, task, Situation(tuple(options.cube), tuple(options.goal)), options.output)
    except (CheckpointError, ValueError, OSError) as error:
        sys.exit(f"policy_map: {error}")
    sys.stdout.write(f"{options.output}\n")


if __name__ == "__main__":
    main()
