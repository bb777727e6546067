# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The command line of the bench: where it is found, what it takes and what it says of it."""

from __future__ import annotations

import logging
import os
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest
from rher_agent.bench.main import main
from rher_agent.bench.matrix import Cell, read_matrix
from rher_agent.bench.pool import run_here

REPOSITORY = Path(__file__).parents[3]


def test_ros2_run_finds_the_command():
    (command,) = distribution("rher_agent").entry_points.select(group="console_scripts", name="bench")
    assert command.load() is main


def test_without_a_file_it_says_what_one_is_and_where_there_are_some(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    message = capsys.readouterr().err
    assert "bench: error: FILE is empty; allowed: a YAML file of a matrix of methods, tasks and seeds" in message
    assert "such as benchmarks/fetch.yaml" in message
    assert read_matrix(REPOSITORY / "benchmarks" / "fetch.yaml")


def test_it_takes_the_cores_that_this_process_may_use(matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    taken: list[int] = []

    def note(*_: object, jobs: int) -> list[Cell]:
        taken.append(jobs)
        return []

    monkeypatch.setattr("rher_agent.bench.main.run_here", note)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {1, 4, 5} if pid == 0 else set())
    main([str(matrix), "--output", str(tmp_path / "out")])
    assert taken == [3]


def test_the_help_tells_what_a_cluster_needs_and_what_it_loses(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "whose machines have the same commit installed" in told
    assert "runs cut short begin anew" in told.split("--ray ADDRESS")[-1].split("--publish")[0]


def test_who_begins_is_told_how_long_it_may_take_and_who_is_done_is_not(
    matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr("rher_agent.bench.pool._run", lambda *_: True)
    caplog.set_level(logging.INFO)
    cells = read_matrix(matrix)
    assert run_here(cells, tmp_path, jobs=1) == []
    assert "a run may take hours" in caplog.text
    caplog.clear()
    assert run_here([], tmp_path, jobs=1) == []
    assert "0 of 0 runs are finished already" in caplog.text
    assert "hours" not in caplog.text


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ("", "benchmarks/fetch.yaml"),
        ("--jobs 2", "benchmarks/fetch.yaml --jobs 2"),
        ("own.yml --jobs 2", "own.yml --jobs 2"),
        ("--jobs 2 own.yaml", "--jobs 2 own.yaml"),
    ],
)
def test_make_bench_takes_the_published_matrix_where_no_other_is_named(arguments: str, command: str):
    # A make around the tests, as `make test` is, hands its level on, and the inner one then tells more.
    told = subprocess.run(
        ["make", "--dry-run", "bench", f"ARGS={arguments}"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    (line,) = (line for line in told if "-m rher_agent.bench" in line)
    assert line.split("-m rher_agent.bench")[1].split() == command.split()
