# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the training episodes of a run as a dataset of LeRobot, format v3.0, without pictures.

`ros2 run rher_agent export_lerobot runs/first datasets/first`; needs requirements/lerobot.txt.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any

import yaml
from rclpy.utilities import remove_ros_args

from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.storage.episode_log import EpisodeLog, EpisodeLogError
from rher_agent.tasks.registry import UnknownTaskError, make_relay_task, make_task, task_names
from rher_agent.tasks.task import RelayTask

ROBOT, GYM_ROBOT = "ur5e", "fetch"
"""The arm of the project's own tasks, and of those whose world gymnasium makes, if not told otherwise."""


def main(args: list[str] | None = None) -> None:
    """Export; the exit code is 1 when the run cannot be read or the dataset cannot be written."""
    parser = argparse.ArgumentParser(
        prog="export_lerobot", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, help="folder of a run")
    parser.add_argument("output", type=Path, help="folder to write, new or empty")
    parser.add_argument("--robot", help=f"name of the arm in the dataset; {ROBOT}, or {GYM_ROBOT}, when left out")
    options = parser.parse_args(remove_ros_args(args if args is not None else sys.argv)[1:])
    try:
        from rher_agent.recording.lerobot_dataset import write_dataset
    except ImportError as error:
        sys.exit(f"export_lerobot: {error}; install requirements/lerobot.txt")
    run = RunDirectory(options.run)
    try:
        task = task_of(run)
        robot = options.robot or (ROBOT if task.name in task_names() else GYM_ROBOT)
        count = write_dataset(EpisodeLog.read(run.log), task, robot, options.output)
    except (EpisodeLogError, UnknownTaskError, ValueError, OSError) as error:
        sys.exit(f"export_lerobot: {error}")
    sys.stdout.write(f"{options.output}: {count} episodes of {task.name}\n")


def task_of(run: RunDirectory) -> RelayTask:
    """Return the task of a run, with the geometry that it had; a run that keeps none has that of today.

    Raises:
        UnknownTaskError: There is no task of that name any more.
        ValueError: The run's files do not tell.
        OSError: They cannot be read.
    """
    try:
        name = yaml.safe_load(run.config.read_text())["run"]["task"]
    except (KeyError, TypeError, yaml.YAMLError) as error:
        raise ValueError(f"{run.config} names no task; allowed: the config.yaml of a run") from error
    if name not in task_names() or not run.task.exists():
        return make_relay_task(name)
    try:
        told: dict[str, Any] = yaml.safe_load(run.task.read_text())
        given = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
        return make_task(name, dataclasses.replace(make_task(name).parameters, **given))
    except (AttributeError, TypeError, yaml.YAMLError) as error:
        raise ValueError(f"{run.task} does not fit {name}: {error}; allowed: the task.yaml of this version") from error


if __name__ == "__main__":
    main()
