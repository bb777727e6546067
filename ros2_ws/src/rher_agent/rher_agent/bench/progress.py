# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How far a matrix of runs is, how far those are that run, and how long the rest will take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rher_agent.bench.matrix import Cell
from rher_agent.reporting.progress_csv import episode_columns

S_PER_MIN = 60.0
TAIL = 4096
"""Enough of the end of an episodes.csv to hold its last row [byte]."""


class Progress:
    """Counts the runs of this call; those of a matrix may take very different times, so that the rest is a guess.

    Args:
        total: Runs to do.
        jobs: Runs at a time.
        clock: Tells time [s].
    """

    def __init__(self, total: int, jobs: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._total = total
        self._jobs = jobs
        self._ended = 0
        self._clock = clock
        self._begun = clock()
        self._lock = threading.Lock()

    def end_one(self) -> str:
        """Take note of the end of a run; return how far all are."""
        with self._lock:
            self._ended += 1
            so_far = self._clock() - self._begun
            told = f"{self._ended} of {self._total}, {so_far / S_PER_MIN:.0f} min so far"
            if self._ended < self._jobs:
                # Of those side by side with the first to end, most of the work is done too.
                return told
            left = so_far / self._ended * (self._total - self._ended)
            return f"{told}, some {left / S_PER_MIN:.0f} min left"


class Running:
    """The runs under way; how far each is, the last row of its episodes.csv tells.

    Args:
        output: Folder of the bench.
    """

    def __init__(self, output: Path) -> None:
        self._output = output
        self._cells: list[Cell] = []

    @contextmanager
    def watch(self, cell: Cell) -> Iterator[None]:
        """Count a run among those under way."""
        self._cells.append(cell)
        try:
            yield
        finally:
            self._cells.remove(cell)

    def lines(self) -> list[str]:
        """Return how far each is, and how long it takes at its pace so far if it never meets its target."""
        return [self._line(cell) for cell in tuple(self._cells)]

    def _line(self, cell: Cell) -> str:
        name, most = f"{cell.folder}, seed {cell.config.seed}", cell.config.trainer.max_episodes
        row = last_row(self._output / cell.folder / cell.name / "episodes.csv")
        if not row:
            return f"{name}: before its first episode"
        columns = episode_columns(())
        episode, wall_s = int(row[columns.index("episode")]), float(row[columns.index("wall_s")])
        left = wall_s / episode * (most - episode)
        return f"{name}: episode {episode} of at most {most}, some {left / S_PER_MIN:.0f} min left if it takes them all"


def last_row(table: Path) -> list[str]:
    """Return the cells of the last whole row of a CSV, by its last bytes; empty before there is one."""
    try:
        with table.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL))
            lines = file.read().decode().splitlines(keepends=True)
    except OSError:
        return []
    whole = [line for line in lines[1:] if line.endswith("\n")]
    return whole[-1].strip().split(",") if whole else []
