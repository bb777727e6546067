# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A checkpoint is read whole or refused with one line that says why."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rher_agent.storage.checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint
from safetensors.numpy import save

WRITER = """
import sys
from itertools import count
from pathlib import Path
import numpy as np
from rher_agent.storage.checkpoint import Checkpoint, save_checkpoint
for number in count():
    arrays = {"weights": np.full(50_000, float(number))}
    save_checkpoint(Path(sys.argv[1]), Checkpoint("push", arrays, {"number": number}))
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "latest.safetensors"


def checkpoint(number: int = 0) -> Checkpoint:
    arrays = {
        "actor.weight": np.random.default_rng(number).normal(size=(7, 5)).astype(np.float32),
        "normalizer.total": np.array([0.1, -1e300, np.pi]),
        "optimizer.0.step": np.array(number, dtype=np.float32),
    }
    state = {"number": number, "generator": np.random.default_rng(number).bit_generator.state, "rates": [0.1, 1 / 3]}
    return Checkpoint("push", arrays, state)


def test_every_bit_comes_back(path: Path):
    saved = checkpoint(3)
    save_checkpoint(path, saved)
    loaded = load_checkpoint(path, task="push")
    assert loaded.task == "push"
    assert loaded.state == saved.state
    assert loaded.arrays.keys() == saved.arrays.keys()
    for name, array in saved.arrays.items():
        assert (loaded.arrays[name].dtype, loaded.arrays[name].shape) == (array.dtype, array.shape)
        assert loaded.arrays[name].tobytes() == array.tobytes()


def test_an_array_that_is_a_view_is_saved_as_seen(path: Path):
    array = np.arange(12.0).reshape(3, 4)
    save_checkpoint(path, Checkpoint("push", {"view": array.T[::2]}, {}))
    np.testing.assert_array_equal(load_checkpoint(path, task="push").arrays["view"], array.T[::2])


def test_truncated_at_any_length_is_refused(path: Path):
    save_checkpoint(path, checkpoint())
    content = path.read_bytes()
    for length in (*range(0, len(content), 7), len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(CheckpointError, match=f"'{path}' is truncated or damaged"):
            load_checkpoint(path, task="push")
    path.write_bytes(content)
    load_checkpoint(path, task="push")


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", bytes(1000), b"\xff" * 1000])
def test_a_file_of_something_else_is_refused(path: Path, content: bytes):
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="truncated or damaged"):
        load_checkpoint(path, task="push")


@pytest.mark.parametrize("metadata", [None, {"task": "push"}, {"format": "rher-checkpoint-0", "task": "push"}])
def test_weights_of_another_program_are_refused(path: Path, metadata: dict[str, str] | None):
    path.write_bytes(save({"weight": np.zeros(3)}, metadata))
    with pytest.raises(CheckpointError, match="is not a checkpoint of format rher-checkpoint-2"):
        load_checkpoint(path, task="push")


def test_a_checkpoint_of_another_task_names_both(path: Path):
    save_checkpoint(path, Checkpoint("stack", {"weight": np.zeros(3)}, {}))
    with pytest.raises(CheckpointError, match="is of task 'stack'; allowed: 'push'"):
        load_checkpoint(path, task="push")


def test_a_missing_file_and_a_folder_say_what_is_wanted(path: Path):
    for wrong in (path, path.parent):
        with pytest.raises(CheckpointError, match=r"no checkpoint at '.*'; allowed: a \.safetensors file"):
            load_checkpoint(wrong, task="push")


def test_a_full_disk_leaves_the_old_checkpoint(path: Path):
    save_checkpoint(path, checkpoint(1))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            save_checkpoint(path, checkpoint(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert load_checkpoint(path, task="push").state["number"] == 1


def test_a_reader_and_a_killed_writer_never_meet_a_part_of_a_checkpoint(path: Path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        seen = []
        for _ in range(100):
            found = load_checkpoint(path, task="push")
            assert np.all(found.arrays["weights"] == found.state["number"])
            seen.append(found.state["number"])
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]
    last = load_checkpoint(path, task="push")
    assert np.all(last.arrays["weights"] == last.state["number"])
