# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Draws runs beside each other, by task and method, the seeds of a method as its median and range.

`ros2 run rher_agent compare runs/a runs/b --output compare.png`; runs of another task get a picture of their own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml
from rclpy.utilities import remove_ros_args

from rher_agent.reporting.episode_table import read_table
from rher_agent.reporting.method_plot import Table, plot_methods
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.config import TrainerConfig

NAMES = ("task", "algorithm")
"""What a run is sorted by, of its config.yaml."""


def main(args: list[str] | None = None) -> None:
    """Compare; the exit code is 1 when a run cannot be read."""
    parser = argparse.ArgumentParser(
        prog="compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=Path, nargs="+", help="folders of runs")
    parser.add_argument("--output", type=Path, default=Path("compare.png"), help="picture to write")
    options = parser.parse_args(remove_ros_args(args if args is not None else sys.argv)[1:])
    try:
        for picture in compare(options.runs, options.output):
            sys.stdout.write(f"{picture}\n")
    except (ValueError, OSError) as error:
        sys.exit(f"compare: {error}")


def compare(runs: Sequence[Path], output: Path) -> list[Path]:
    """Draw runs; return the pictures written: `output`, or with several tasks one for each, named after it too.

    Raises:
        ValueError: A folder holds no run, or a run without an evaluation.
        OSError: A file cannot be read or written.
    """
    tasks: dict[str, dict[str, list[Table]]] = {}
    for path in runs:
        task, algorithm = _names(path)
        tasks.setdefault(task, {}).setdefault(algorithm, []).append(_table(path))
    pictures = []
    for task, methods in tasks.items():
        picture = output if len(tasks) == 1 else output.with_stem(f"{output.stem}_{task}")
        plot_methods(methods, picture, title=task, target=TrainerConfig().target_success)
        pictures.append(picture)
    return pictures


def _names(path: Path) -> tuple[str, str]:
    config = RunDirectory(path).config
    if not config.is_file():
        raise ValueError(f"{path} is no run; allowed: a folder with {config.name}")
    run = yaml.safe_load(config.read_text())["run"]
    task, algorithm = (str(run[name]) for name in NAMES)
    return task, algorithm


def _table(path: Path) -> Table:
    progress = RunDirectory(path).progress
    table = read_table(progress) if progress.is_file() else {}
    if not len(table.get("env_steps", ())):
        raise ValueError(f"{path} has no evaluation yet; allowed: a run with a row in {progress.name}")
    return table


if __name__ == "__main__":
    main()
