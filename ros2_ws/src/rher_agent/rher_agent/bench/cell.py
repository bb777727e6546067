# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One cell of a matrix: trained in this process, resumed where it was cut short, and measured."""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from importlib import metadata
from io import StringIO
from pathlib import Path
from types import FrameType

import yaml

from rher_agent.bench.matrix import Cell, MatrixError, world_maker
from rher_agent.reporting.recorder import RunRecorder
from rher_agent.reporting.run_directory import RunDirectory, plain
from rher_agent.runners.config import RunConfig
from rher_agent.runners.local_learner import LATEST
from rher_agent.runners.session import train
from rher_agent.runners.stop_request import StopRequest
from rher_agent.settings import flat, from_plain
from rher_agent.storage.atomic import atomic_write

MEASURED = "bench.json"
"""What only the bench measures of a run, in the run's folder; written last, so it tells that the run is finished."""
KEPT = ("config.yaml", "progress.csv", "summary.json", MEASURED)
"""Files of a run that are published."""
STARTS = "code.txt"
"""The commits that a run was started at, in the run's folder: one a line, the oldest first, each once."""
UNKNOWN = "unknown"
"""In place of a commit that could not be told: outside a repository, or before STARTS was kept."""
PACKAGES = ("numpy", "torch", "mujoco", "gymnasium", "gymnasium-robotics")
"""Whose versions decide what the same seed gives."""
MAY_CHANGE = ("trainer.", "learner.device", "learner_mode", "max_lag")
"""How the names begin of what a run that goes on takes from the matrix; see resumed_config."""
KIB_PER_MIB = 1024.0
STOPPED = 130
"""Exit code of what was asked to stop, as of what a shell's Ctrl-C ended."""


def run_cell(cell: Cell, root: Path, *, should_stop: Callable[[], bool] = lambda: False) -> Path:
    """Train one cell to its end, or until someone asks to stop; return the run's folder.

    Args:
        cell: What to train.
        root: Folder of the whole bench.
        should_stop: Asked before every episode and evaluation; a run that it ends is not measured and can go on.

    Raises:
        ValueError: There is nothing that makes such a world.
        WorldError: The world cannot be made or failed.
        CheckpointError: What an earlier part left is not usable.
    """
    commit = _commit()
    world = world_maker(cell.world)(cell.task)
    folder = root / cell.folder
    resume = (folder / cell.name / "checkpoints" / LATEST).exists()
    if not resume:
        # What failed or was killed before there was anything to go on with.
        shutil.rmtree(folder / cell.name, ignore_errors=True)
    run = RunDirectory.create(folder, cell.name, resume=resume)
    code = _code(run.path / STARTS, commit, resume=resume)
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
            should_stop=should_stop,
        )
    if summary.interrupted:
        return run.path
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
        MatrixError: It was begun with other settings than the matrix has now, or with one that there is no more.
    """
    run = root / cell.folder / cell.name
    finished = (run / MEASURED).exists()
    if not finished and not (run / "checkpoints" / LATEST).exists():
        return False
    began = flat(yaml.safe_load((run / "config.yaml").read_text())["run"])
    wanted = flat(plain(cell.config))
    if gone := sorted(began.keys() - wanted.keys()):
        told = ", ".join(f"{name} {began[name]}" for name in gone)
        raise MatrixError(f"{run} was begun with {told}, which is gone; allowed: another output, or remove the run")
    for name, value in wanted.items():
        if name in began and began[name] != value and (finished or not name.startswith(MAY_CHANGE)):
            raise MatrixError(
                f"{run} was begun with {name} {began[name]}, and the matrix says {value}; allowed: the same, "
                "another output, or remove the run"
            )
    return finished


def _code(starts: Path, commit: str | None, *, resume: bool) -> str | None:
    """Keep at which commit a run is started now; return all of them as one text, None where none is known.

    Args:
        starts: Of the run.
        commit: Of now.
        resume: The run goes on; where nothing was kept it was begun at a commit that nobody knows.
    """
    kept = starts.read_text().split() if starts.exists() else [UNKNOWN] if resume else []
    commits = list(dict.fromkeys([*kept, commit or UNKNOWN]))
    atomic_write(starts, "".join(f"{name}\n" for name in commits).encode())
    return None if commits == [UNKNOWN] else ", ".join(commits)


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


def as_json(cell: Cell) -> bytes:
    """Return a cell as main takes it, whatever becomes of the file of the matrix."""
    return json.dumps({**vars(cell), "config": plain(cell.config)}).encode()


def from_json(text: bytes) -> Cell:
    """Return the cell that as_json gave.

    Raises:
        TypeError: It is none.
        ValueError: It is no JSON, or a value is not allowed.
    """
    values = json.loads(text)
    return Cell(**{**values, "config": from_plain(RunConfig, values["config"])})


def asked_to_stop() -> StopRequest:
    """Return what the first SIGINT or SIGTERM makes; a second one kills this process."""
    asked = StopRequest()

    def ask(signal_number: int, frame: FrameType | None) -> None:
        asked.handle(signal_number, frame)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return asked


def main() -> None:
    """Train the cell given on the standard input."""
    asked = asked_to_stop()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    run = run_cell(from_json(sys.stdin.buffer.read()), options.output, should_stop=asked)
    if not (run / MEASURED).exists():
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
