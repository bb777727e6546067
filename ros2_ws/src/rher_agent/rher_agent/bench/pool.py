# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the cells of a matrix side by side: one process and one thread each, over the cores of this machine."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rher_agent.bench.cell import is_finished
from rher_agent.bench.matrix import Cell
from rher_agent.bench.progress import Progress, Running

LOGGER = logging.getLogger(__name__)
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Threads of one process get in each other's way, processes do not."""
TELL = 60.0
"""Between two words on how far the runs under way are [s]."""


def run_here(matrix: Path, cells: Sequence[Cell], output: Path, *, jobs: int) -> list[Cell]:
    """Run all cells that are not finished; return those that failed.

    Args:
        matrix: The file that the cells were read from.
        cells: All of them, in the order of the file.
        output: Folder of the bench; every run keeps its log in its own folder's parent.
        jobs: Processes at a time.
    """
    waiting = unfinished(cells, output)
    LOGGER.info(
        "%d of %d runs are finished already; %d to train, %d at a time, each with its log in %s",
        *(len(cells) - len(waiting), len(cells), len(waiting), min(jobs, len(waiting)), output),
    )
    if waiting:
        LOGGER.info("a run may take hours: every minute tells how far it is; stopped, the same command goes on")
    progress, running, done = Progress(len(waiting), jobs), Running(output), threading.Event()

    def run(index: int) -> bool:
        with running.watch(cells[index]):
            return _run(matrix, index, cells[index], output, progress)

    teller = threading.Thread(target=tell, args=(running, done), daemon=True)
    teller.start()
    try:
        with ThreadPoolExecutor(jobs) as pool:
            good = list(pool.map(run, waiting))
    finally:
        done.set()
        teller.join()
    return [cells[index] for index, ended_well in zip(waiting, good, strict=True) if not ended_well]


def unfinished(cells: Iterable[Cell], output: Path) -> list[int]:
    """Return the numbers of the cells that are still to be run."""
    return [index for index, cell in enumerate(cells) if not is_finished(cell, output)]


def tell(running: Running, done: threading.Event) -> None:
    """Say every minute how far the runs under way are, until all is done."""
    while not done.wait(TELL):
        for line in running.lines():
            LOGGER.info(line)


def _run(matrix: Path, index: int, cell: Cell, output: Path, progress: Progress) -> bool:
    log = output / cell.folder / f"{cell.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "rher_agent.bench.cell", str(matrix), str(index), str(output)]
    with log.open("ab") as file:
        ended = subprocess.run(
            command, stdout=file, stderr=file, env={**os.environ, **ONE_THREAD}, check=False, stdin=subprocess.DEVNULL
        )
    how_far = progress.end_one()
    name = f"{cell.folder}, seed {cell.config.seed}"
    if ended.returncode == 0:
        LOGGER.info("%s: finished %s", how_far, name)
        return True
    LOGGER.error("%s: %s failed with exit code %d, see %s", how_far, name, ended.returncode, log)
    return False
