# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Episodes as a dataset of LeRobot, format v3.0: what a run learned from, without pictures.

A frame is an observation, the action that followed as the learner was given it (the one executed, or the one asked for
where RelayTask.learns_asked), and whether the last stage, the task itself, was then done. It is what lerobot 0.4 reads:
frames and episodes in Parquet files, what they mean in meta/info.json.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas
from numpy.typing import NDArray

from rher_agent.storage.episode import Episode
from rher_agent.tasks.stage_rules import StageRules
from rher_agent.tasks.task import RelayTask

VERSION = "v3.0"
"""Of the format."""
EPISODES_A_FILE = 1000
FILES_A_FOLDER = 1000
PART = "chunk-{chunk_index:03d}/file-{file_index:03d}"
DATA, EPISODES = f"data/{PART}.parquet", f"meta/episodes/{PART}.parquet"
QUANTILES = {"q01": 0.01, "q10": 0.1, "q50": 0.5, "q90": 0.9, "q99": 0.99}
"""Told beside least, greatest, mean and spread."""
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Feature:
    """A column of the frames."""

    kind: str
    """Name of its type in numpy."""
    names: tuple[str, ...] | None = None
    """Of its entries; None for a single number."""

    def info(self) -> dict[str, Any]:
        """Return how meta/info.json tells of it."""
        shape = [1] if self.names is None else [len(self.names)]
        return {"dtype": self.kind, "shape": shape, "names": None if self.names is None else list(self.names)}


def features(task: RelayTask) -> dict[str, Feature]:
    """Return the columns of a task's frames, by name."""
    return {
        "observation.state": Feature("float32", observation_names(task)),
        "observation.environment_state": Feature(
            "float32", tuple(f"{name}_goal_{axis}" for name in task.object_names for axis in "xyz")
        ),
        "action": Feature("float32", tuple(f"action_{index}" for index in range(task.action_size))),
        "next.reward": Feature("float32"),
        "next.success": Feature("bool"),
        "next.done": Feature("bool"),
        "usable": Feature("bool"),
        "timestamp": Feature("float32"),
        "frame_index": Feature("int64"),
        "episode_index": Feature("int64"),
        "index": Feature("int64"),
        "task_index": Feature("int64"),
    }


def observation_names(task: RelayTask) -> tuple[str, ...]:
    """Return what the entries of an observation are, as far as its layout names them."""
    layout = task.layout
    names = [f"entry_{index}" for index in range(layout.size)]
    places = {"tcp": layout.tcp_position, **dict(zip(task.object_names, layout.object_positions, strict=True))}
    for owner, place in places.items():
        names[place] = [f"{owner}_{axis}" for axis in "xyz"]
    return tuple(names)


def write_dataset(episodes: Iterable[Episode], task: RelayTask, robot: str, folder: Path) -> int:
    """Write episodes as a dataset; return how many they were.

    Args:
        episodes: Oldest first.
        task: Which was theirs.
        robot: Name of the arm.
        folder: Made, and empty before.

    Raises:
        ValueError: There is no episode, one is of another task, the control period fits no whole rate, or the folder is
            not empty.
        OSError: It cannot be written.
    """
    rate = round(1.0 / task.control_period)
    if not math.isclose(rate * task.control_period, 1.0):
        raise ValueError(f"the control period is {task.control_period} s; allowed: a whole number of steps a second")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty; allowed: a new folder")
    rows: list[dict[str, Any]] = []
    columns: list[Columns] = []
    frames = 0
    for number, episode in enumerate(episodes):
        size = episode.observations.shape[1]
        if size != task.layout.size:
            raise ValueError(f"episode {number} has observations of {size} entries; allowed: {task.layout.size}")
        made = _columns(episode, task, number, frames)
        columns.append(made)
        rows.append(_row(made, number, frames, task))
        frames += len(episode)
    if not rows:
        raise ValueError("there is no episode; allowed: a run that has learned from one at least")
    for start in range(0, len(rows), EPISODES_A_FILE):
        part = _part(start)
        pile = _joined(columns[start : start + EPISODES_A_FILE])
        _write(folder / DATA.format(**part), pandas.DataFrame({name: _cells(values) for name, values in pile.items()}))
        _write(folder / EPISODES.format(**part), pandas.DataFrame(rows[start : start + EPISODES_A_FILE]))
    _write(folder / "meta" / "tasks.parquet", pandas.DataFrame({"task_index": [0]}, index=[task.name]))
    (folder / "meta" / "stats.json").write_text(json.dumps(_statistics(_joined(columns)), indent=2))
    (folder / "meta" / "info.json").write_text(json.dumps(_info(task, robot, rate, len(rows), frames), indent=2))
    return len(rows)


def _columns(episode: Episode, task: RelayTask, number: int, before: int) -> Columns:
    """Return the frames of an episode by column, each of T rows."""
    steps = len(episode)
    success = _successes(episode, task)
    done = np.arange(steps) == steps - 1
    period = np.float32(task.control_period)
    return {
        "observation.state": episode.observations[:-1].astype(np.float32),
        "observation.environment_state": np.tile(episode.desired_goal.ravel().astype(np.float32), (steps, 1)),
        "action": episode.actions.astype(np.float32),
        # The sparse reward of the method: 0 at the goal, -1 elsewhere.
        "next.reward": success.astype(np.float32) - np.float32(1.0),
        "next.success": success,
        "next.done": done,
        "usable": episode.usable,
        "timestamp": np.arange(steps, dtype=np.float32) * period,
        "frame_index": np.arange(steps, dtype=np.int64),
        "episode_index": np.full(steps, number, np.int64),
        "index": np.arange(before, before + steps, dtype=np.int64),
        "task_index": np.zeros(steps, np.int64),
    }


def _successes(episode: Episode, task: RelayTask) -> NDArray[np.bool_]:
    """Tell after which steps the last stage, which is the task itself, was done, shape (T,)."""
    rules, reached = StageRules(task), episode.observations[1:]
    starts = np.tile(rules.object_positions(episode.observations[:1]), (len(reached), 1, 1))
    desired_goals = np.tile(episode.desired_goal, (len(reached), 1, 1))
    last = np.full(len(reached), len(task.stages) - 1)
    return rules.done(reached, rules.goals(reached, starts, desired_goals, last))


def _row(columns: Columns, number: int, before: int, task: RelayTask) -> dict[str, Any]:
    """Return what meta/episodes tells of one episode."""
    part = _part(number)
    length = len(columns["index"])
    statistics = {
        f"stats/{name}/{key}": value for name, told in _statistics(columns).items() for key, value in told.items()
    }
    return {
        "episode_index": number,
        "tasks": [task.name],
        "length": length,
        "data/chunk_index": part["chunk_index"],
        "data/file_index": part["file_index"],
        "dataset_from_index": before,
        "dataset_to_index": before + length,
        "meta/episodes/chunk_index": part["chunk_index"],
        "meta/episodes/file_index": part["file_index"],
        **statistics,
    }


def _statistics(columns: Columns) -> dict[str, dict[str, list[float]]]:
    """Return what is told of the distribution of every column, an entry each."""
    told = {}
    for name, values in columns.items():
        numbers = values.reshape(len(values), -1).astype(np.float64)
        told[name] = {
            "min": numbers.min(axis=0).tolist(),
            "max": numbers.max(axis=0).tolist(),
            "mean": numbers.mean(axis=0).tolist(),
            "std": numbers.std(axis=0).tolist(),
            "count": [len(numbers)],
            **{key: np.quantile(numbers, share, axis=0).tolist() for key, share in QUANTILES.items()},
        }
    return told


def _info(task: RelayTask, robot: str, rate: int, episodes: int, frames: int) -> dict[str, Any]:
    return {
        "codebase_version": VERSION,
        "robot_type": robot,
        "total_episodes": episodes,
        "total_frames": frames,
        "total_tasks": 1,
        "chunks_size": FILES_A_FOLDER,
        "data_files_size_in_mb": 100,
        "video_files_size_in_mb": 200,
        "fps": rate,
        "splits": {"train": f"0:{episodes}"},
        "data_path": DATA,
        "video_path": None,
        "features": {name: feature.info() for name, feature in features(task).items()},
    }


def _part(episode: int) -> Mapping[str, int]:
    """Return in which file of which folder an episode is."""
    folder, file = divmod(episode // EPISODES_A_FILE, FILES_A_FOLDER)
    return {"chunk_index": folder, "file_index": file}


def _joined(columns: list[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in columns]) for name in columns[0]}


def _cells(values: NDArray[Any]) -> Any:
    return values if values.ndim == 1 else list(values)


def _write(path: Path, frame: pandas.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, engine="pyarrow")
