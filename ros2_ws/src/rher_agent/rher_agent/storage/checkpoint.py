# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One file with everything of a run but its episodes: written atomically, read with clear errors, never pickled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from rher_agent.storage.atomic import atomic_write

FORMAT = "rher-checkpoint-2"
SUFFIX = ".safetensors"
SHIPPED = "shipped"
"""Stands for the checkpoint that comes with this package, where a path of one is asked for."""


class CheckpointError(ValueError):
    """A checkpoint is missing, damaged, or of another task."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """What a checkpoint holds."""

    task: str
    """Name of the task it was trained on."""
    arrays: dict[str, NDArray[Any]]
    """Weights, optimiser moments, normaliser sums, by dotted name."""
    state: dict[str, Any]
    """Everything that is plain numbers, lists and strings: counters, generators, mastery."""


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; a crash leaves either the old file or the new one."""
    metadata = {"format": FORMAT, "task": checkpoint.task, "state": json.dumps(checkpoint.state)}
    arrays = {name: np.asarray(array, order="C") for name, array in checkpoint.arrays.items()}
    atomic_write(path, save(arrays, metadata))


def load_checkpoint(path: Path, *, task: str | None = None) -> Checkpoint:
    """Read a checkpoint of a task, or of any where none is named.

    Raises:
        CheckpointError: The file is missing, truncated, not ours, or of another task.
    """
    if not path.is_file():
        raise CheckpointError(f"no checkpoint at '{path}'; allowed: a {SUFFIX} file from a run's checkpoints folder")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT:
                raise CheckpointError(f"'{path}' is not a checkpoint of format {FORMAT}")
            if task is not None and metadata["task"] != task:
                raise CheckpointError(f"'{path}' is of task '{metadata['task']}'; allowed: '{task}'")
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"checkpoint '{path}' is truncated or damaged: {error}") from error
    return Checkpoint(metadata["task"], arrays, json.loads(metadata["state"]))
