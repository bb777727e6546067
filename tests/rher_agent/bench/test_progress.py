# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How far a matrix of runs is."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from rher_agent.bench.matrix import Cell, read_matrix
from rher_agent.bench.pool import run_here, tell
from rher_agent.bench.progress import TAIL, Progress, Running, last_row


def test_the_rest_takes_as_long_as_the_runs_so_far():
    times = iter((0.0, 600.0, 1200.0, 1800.0))
    progress = Progress(3, 1, lambda: next(times))
    assert progress.end_one() == "1 of 3, 10 min so far, some 20 min left"
    assert progress.end_one() == "2 of 3, 20 min so far, some 10 min left"
    assert progress.end_one() == "3 of 3, 30 min so far, some 0 min left"


def test_of_runs_side_by_side_the_first_to_end_tell_nothing_of_the_rest():
    times = iter((0.0, 600.0, 660.0))
    progress = Progress(8, 2, lambda: next(times))
    assert progress.end_one() == "1 of 8, 10 min so far"
    assert progress.end_one() == "2 of 8, 11 min so far, some 33 min left"


@pytest.fixture
def cell(matrix: Path) -> Cell:
    """Return a run of at most two episodes."""
    return read_matrix(matrix)[0]


def write_episodes(cell: Cell, output: Path, text: str) -> None:
    table = output / cell.folder / cell.name / "episodes.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text(text)


def test_a_run_under_way_tells_its_episode_and_what_is_left_at_its_pace(cell: Cell, tmp_path: Path):
    cell = replace(cell, config=replace(cell.config, trainer=replace(cell.config.trainer, max_episodes=300)))
    running = Running(tmp_path)
    assert running.lines() == []
    with running.watch(cell):
        assert running.lines() == ["push/rher, seed 0: before its first episode"]
        write_episodes(cell, tmp_path, "episode,env_steps,wall_s\n")
        assert running.lines() == ["push/rher, seed 0: before its first episode"]
        write_episodes(cell, tmp_path, "episode,env_steps,wall_s\n99,4950,580.0\n100,5000,600.0\n101,50")
        (line,) = running.lines()
        assert line == "push/rher, seed 0: episode 100 of at most 300, some 20 min left if it takes them all"
    assert running.lines() == []


def test_only_the_end_of_a_long_table_is_read(tmp_path: Path):
    table = tmp_path / "episodes.csv"
    table.write_text("episode,env_steps\n" + "".join(f"{episode},{50 * episode}\n" for episode in range(1, 2001)))
    assert table.stat().st_size > 2 * TAIL
    assert last_row(table) == ["2000", "100000"]


def test_the_runs_under_way_are_told_until_all_is_done(cell: Cell, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    class Twice(threading.Event):
        """Is set when it has been waited for twice."""

        waits = 0

        def wait(self, timeout: float | None = None) -> bool:
            self.waits += 1
            return self.waits > 2

    running = Running(tmp_path)
    with caplog.at_level(logging.INFO), running.watch(cell):
        tell(running, Twice())
    assert caplog.messages == 2 * ["push/rher, seed 0: before its first episode"]


def test_what_is_about_to_happen_is_told_first(
    matrix: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("rher_agent.bench.pool._run", lambda *arguments: True)
    with caplog.at_level(logging.INFO):
        assert run_here(read_matrix(matrix), tmp_path, jobs=8) == []
    first = "0 of 2 runs are finished already; 2 to train, 2 at a time, each with its log in "
    assert caplog.messages[0] == f"{first}{tmp_path}"
