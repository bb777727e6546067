# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One cell of a matrix: trained in this process, resumed where it was cut short, and measured."""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import shutil
import subprocess
from contextlib import closing
from importlib import metadata
from io import StringIO
from pathlib import Path

import yaml

from rher_agent.bench.matrix import Cell, MatrixError, read_matrix
from rher_agent.reporting.recorder import RunRecorder
from rher_agent.reporting.run_directory import RunDirectory, plain
from rher_agent.runners.local_learner import LATEST
from rher_agent.runners.session import train
from rher_agent.settings import flat
from rher_agent.storage.atomic import atomic_write
from rher_agent.worlds.world import World

MEASURED = "bench.json"
"""What only the bench measures of a run, in the run's folder; written last, so it tells that the run is finished."""
KEPT = ("config.yaml", "progress.csv", "summary.json", MEASURED)
"""Files of a run that are published."""
PACKAGES = ("numpy", "torch", "mujoco", "gymnasium", "gymnasium-robotics")
"""Whose versions decide what the same seed gives."""
MAY_CHANGE = ("trainer.", "learner.device", "learner_mode", "max_lag")
"""How the names begin of what a run that goes on takes from the matrix; see resumed_config."""
KIB_PER_MIB = 1024.0


def run_cell(cell: Cell, root: Path) -> Path:
    """Train one cell to its end; return the run's folder.

    Args:
        cell: What to train.
        root: Folder of the whole bench.

    Raises:
        WorldError: The world cannot be made or failed.
        CheckpointError: What an earlier part left is not usable.
    """
    code = _commit()
    module, function = cell.world.split(":")
    world: World = getattr(importlib.import_module(module), function)(cell.task)
    folder = root / cell.folder
    resume = (folder / cell.name / "checkpoints" / LATEST).exists()
    if not resume:
        # What failed or was killed before there was anything to go on with.
        shutil.rmtree(folder / cell.name, ignore_errors=True)
    run = RunDirectory.create(folder, cell.name, resume=resume)
    with closing(world):
        summary = train(
            world,
            run,
            cell.config,
            resume=resume,
            make_reporter=lambda episodes: RunRecorder(
                run,
                stages=[stage.name for stage in world.task.stages],
                max_episodes=cell.config.trainer.max_episodes,
                target_success=cell.config.trainer.target_success,
                resumed_episode=episodes,
                stream=StringIO(),
            ),
            should_stop=lambda: False,
        )
    training_s = summary.env_steps / summary.env_steps_per_s if summary.env_steps_per_s > 0.0 else 0.0
    measured = {
        "label": cell.label,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB,
        "updates_per_s": summary.updates / max(training_s, 1e-9),
        "code": code,
        "versions": {name: _version(name) for name in PACKAGES},
    }
    atomic_write(run.path / MEASURED, (json.dumps(measured, indent=2) + "\n").encode())
    return run.path


def is_finished(cell: Cell, root: Path) -> bool:
    """Tell whether a cell was trained to its end.

    Raises:
        MatrixError: It was begun with other settings than the matrix has now.
    """
    run = root / cell.folder / cell.name
    finished = (run / MEASURED).exists()
    if not finished and not (run / "checkpoints" / LATEST).exists():
        return False
    began = flat(yaml.safe_load((run / "config.yaml").read_text())["run"])
    for name, value in flat(plain(cell.config)).items():
        if name in began and began[name] != value and (finished or not name.startswith(MAY_CHANGE)):
            raise MatrixError(
                f"{run} was begun with {name} {began[name]}, and the matrix says {value}; allowed: the same, "
                "another output, or remove the run"
            )
    return finished


def _commit() -> str | None:
    """Return the commit of the source that runs, with -dirty where it was changed; None outside a repository."""
    command = ["git", "-C", str(Path(__file__).resolve().parent), "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def main() -> None:
    """Run one cell of a file, chosen by its number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("matrix", type=Path)
    parser.add_argument("index", type=int)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    run_cell(read_matrix(options.matrix)[options.index], options.output)


if __name__ == "__main__":
    main()
