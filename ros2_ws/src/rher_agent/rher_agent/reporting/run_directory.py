# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The directory of a run."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from rher_agent.storage.atomic import atomic_write

MAY_CHANGE = ("center", "square", "table_height")
"""Parameters of a task that tell only where it is done."""


class RunDirectoryError(ValueError):
    """The directory of a run cannot be used; the message is one line and says what to do instead."""


class RunDirectory:
    """Where a run keeps everything: `<root>/<name>/` with `checkpoints/` in it.

    Attributes:
        path: The directory itself.
        checkpoints: Folder of the checkpoints.
        config: config.yaml, all settings of the run.
        parameters: params.yaml, the parameter file of the launch, where there was one.
        task: task.yaml, the geometry and pace of the task.
        lab: lab.yaml, the lab of the run, where there was one; a lab may change from day to day.
        progress: progress.csv, one row for each evaluation.
        episodes: episodes.csv, one row for each training episode.
        log: episodes.log, every training episode step by step.
        summary: summary.json, how the run ended.
        learning_curve: learning_curve.png.
        judgement: judgement.csv, one row for each episode in which the final policy, or a checkpoint, was judged.
        judgement_picture: judgement.png, the same seen from above.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoints = path / "checkpoints"
        self.config = path / "config.yaml"
        self.parameters = path / "params.yaml"
        self.task = path / "task.yaml"
        self.lab = path / "lab.yaml"
        self.progress = path / "progress.csv"
        self.episodes = path / "episodes.csv"
        self.log = path / "episodes.log"
        self.summary = path / "summary.json"
        self.learning_curve = path / "learning_curve.png"
        self.judgement = path / "judgement.csv"
        self.judgement_picture = path / "judgement.png"

    @classmethod
    def create(cls, root: Path, name: str, *, resume: bool) -> RunDirectory:
        """Make the directory of a new run, or find that of a run to go on with.

        Args:
            root: Folder of all runs; made if missing.
            name: Name of the run, a single path component.
            resume: Whether to go on with the run that is there.

        Raises:
            RunDirectoryError: The name is not a path component, the directory holds a run and `resume` is False, it
                holds none and `resume` is True, or it cannot be written.
        """
        if name in ("", ".", "..") or "/" in name or "\0" in name:
            raise RunDirectoryError(f"run name is '{name}'; allowed: one path component, such as 'push_0'")
        run = cls(root / name)
        try:
            used = run.path.exists() and (not run.path.is_dir() or any(run.path.iterdir()))
            if used and not resume:
                raise RunDirectoryError(f"{run.path} is in use; choose another output, or go on with it: resume:=true")
            if resume and not used:
                raise RunDirectoryError(f"{run.path} holds no run to resume; allowed: the output of an earlier run")
            run.checkpoints.mkdir(parents=True, exist_ok=True)
            for folder in (run.path, run.checkpoints):
                with tempfile.TemporaryFile(dir=folder):
                    pass
        except OSError as error:
            raise RunDirectoryError(f"cannot write to {run.path}: {error.strerror}; choose another output") from error
        return run

    def keep_parameters(self, content: bytes, *, resume: bool) -> None:
        """Keep the parameter file of the launch as params.yaml; a run goes on only with the one it began with.

        Args:
            content: Of the file; empty when there was none.
            resume: The run goes on.

        Raises:
            RunDirectoryError: The run began with another one.
            OSError: The file cannot be written.
        """
        kept = self.parameters.read_bytes() if self.parameters.exists() else b""
        if resume and kept != content:
            allowed = f"params_file:={self.parameters}" if kept else "no params_file"
            raise RunDirectoryError(f"{self.path} began with another params_file; allowed: {allowed}")
        if content:
            atomic_write(self.parameters, content)

    def keep_task(self, parameters: Any, *, resume: bool) -> None:
        """Keep the geometry and pace of the task as task.yaml; a run goes on only where its episodes mean the same.

        Args:
            parameters: A dataclass.
            resume: The run goes on.

        Raises:
            RunDirectoryError: The run began with others than MAY_CHANGE.
            OSError: The file cannot be written.
        """
        now = plain(parameters)
        began = yaml.safe_load(self.task.read_text()) if resume and self.task.exists() else now
        for name in (name for name in now if name not in MAY_CHANGE and name in began):
            if now[name] != began[name]:
                raise RunDirectoryError(
                    f"{self.path} began with {name} {_short(began[name])}, and it is {_short(now[name])} now; allowed: "
                    "the same, since its episodes would mean something else"
                )
        atomic_write(self.task, yaml.safe_dump(now, sort_keys=False).encode())

    def keep_lab(self, content: bytes) -> None:
        """Keep the file of the lab as lab.yaml, in place of the one of an earlier day.

        Raises:
            OSError: The file cannot be written.
        """
        atomic_write(self.lab, content)

    def write_config(self, sections: Mapping[str, Any]) -> None:
        """Write config.yaml from named values: dataclasses, nested as they come, or plain values.

        Raises:
            TypeError: A value has no plain form.
            OSError: The file cannot be written.
        """
        text = yaml.safe_dump(plain(sections), sort_keys=False, allow_unicode=True)
        atomic_write(self.config, text.encode())


def plain(value: Any) -> Any:
    """Return a value as dicts, lists, strings, numbers, booleans and None.

    Raises:
        TypeError: There is no such form.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"cannot write a {type(value).__name__} to config.yaml; allowed: dataclasses and plain values")


def _short(value: Any) -> str:
    """Return a value as it is told: numbers without the digits that only rounding made."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
