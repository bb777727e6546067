# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A bench that is stopped leaves runs that go on, and no two commands train the same run."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from rher_agent.bench.cell import MEASURED, STOPPED, as_json, asked_to_stop, from_json, run_cell
from rher_agent.bench.main import main
from rher_agent.bench.matrix import read_matrix
from rher_agent.bench.pool import run_here

PATIENCE = 120.0
"""Longest wait for what a process does [s]."""
LOOK = 0.02
"""Between two looks for a file of a process, if that does not end before [s]."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Of Ctrl-C, of who ends a process, and of a terminal that is closed."""
LATEST = Path("push/rher/seed_0/checkpoints/latest.safetensors")


def wait_for_checkpoint(process: subprocess.Popen[str], path: Path) -> None:
    """Wait until a process has kept one; it must not end before."""
    ends = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < ends
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=LOOK)
        assert process.returncode is None


def is_interrupted(run: Path) -> bool:
    """Tell whether a run ended in order before its end; one that was killed has no summary."""
    return bool(json.loads((run / "summary.json").read_text())["interrupted"])


def is_held(log: Path) -> bool:
    """Tell whether a process has the lock of a run."""
    with log.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def trainers(output: Path) -> list[int]:
    """Return the processes that train runs of a bench."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            command = path.read_bytes().split(b"\0")
            if b"rher_agent.bench.cell" in command and str(output).encode() in command:
                found.append(int(path.parent.name))
    return found


@pytest.fixture
def bench(matrix: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Return a bench of two long runs, one at a time, that has a first checkpoint; nothing of it is left afterwards."""
    short = matrix.read_text()
    matrix.write_text(short.replace("max_episodes: 2", "max_episodes: 100000"))
    output = tmp_path / "out"
    command = [sys.executable, "-m", "rher_agent.bench", str(matrix), "--jobs", "1", "--output", str(output)]
    # What is handled here begins as the default there, and what is ignored here, as nohup does, would stay ignored.
    kept = {number: signal.signal(number, signal.default_int_handler) for number in SIGNALS}
    # A group of its own, as a shell gives to what it runs: Ctrl-C goes to all of it.
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    for number, handler in kept.items():
        signal.signal(number, handler)
    try:
        wait_for_checkpoint(process, output / LATEST)
        matrix.write_text(short)
        yield process
    finally:
        process.kill()
        process.communicate()
        for pid in trainers(output):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_bench_that_is_stopped_keeps_what_it_has_and_goes_on(
    bench: subprocess.Popen[str], matrix: Path, tmp_path: Path, number: signal.Signals
):
    output = tmp_path / "out"
    run = (output / LATEST).parents[1]
    os.killpg(bench.pid, number)
    told, _ = bench.communicate(timeout=PATIENCE)
    assert bench.returncode == STOPPED
    log = run.with_suffix(".log")
    assert "Traceback" not in told + log.read_text()
    assert "push/rher, seed 0 was stopped\n" in told
    assert "failed" not in told
    assert told.endswith("stopped; the same command goes on\n")
    assert is_interrupted(run), "after an episode, with its checkpoint kept"
    assert not is_held(log)
    assert trainers(output) == []
    assert not (run / MEASURED).exists()
    assert not run.with_name("seed_1").exists(), "none is begun"

    main([str(matrix), "--jobs", "1", "--output", str(output)])
    assert (run / MEASURED).exists()


def test_the_run_of_a_bench_that_was_killed_is_not_trained_twice(
    bench: subprocess.Popen[str], matrix: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    output = tmp_path / "out"
    log = (output / LATEST).parents[1].with_suffix(".log")
    bench.kill()
    bench.wait()
    cell = read_matrix(matrix)[0]
    with caplog.at_level(logging.INFO):
        assert run_here([cell], output, jobs=1) == [cell]
    assert f"push/rher, seed 0 is being trained by another command, see {log}" in caplog.text
    (pid,) = trainers(output)
    os.kill(pid, signal.SIGTERM)
    with log.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # which the run gives up when it ends
    assert is_interrupted((output / LATEST).parents[1])
    assert "Traceback" not in log.read_text()


def test_a_run_that_another_command_finished_meanwhile_is_left_alone(matrix: Path, tmp_path: Path):
    cell = read_matrix(matrix)[0]
    measured = run_cell(cell, tmp_path) / MEASURED
    made = measured.stat().st_mtime_ns
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rher_agent.bench.pool.is_finished", lambda *_: False)
        assert run_here([cell], tmp_path, jobs=1) == []
    assert measured.stat().st_mtime_ns == made


def test_a_process_is_given_the_very_run_that_the_matrix_had(matrix: Path):
    for path in (matrix, *(Path(__file__).parents[3] / "benchmarks").glob("*.yaml")):
        for cell in read_matrix(path):
            assert from_json(as_json(cell)) == cell


def test_a_second_signal_kills_a_run():
    numbers = (signal.SIGINT, signal.SIGTERM)
    kept = {number: signal.getsignal(number) for number in numbers}
    try:
        asked = asked_to_stop()
        assert not asked()
        signal.raise_signal(signal.SIGTERM)
        assert asked()
        assert [signal.getsignal(number) for number in numbers] == [signal.SIG_DFL, signal.SIG_DFL]
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
