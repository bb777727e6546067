# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the cells of a matrix side by side: one process and one thread each, over the cores of this machine."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from rher_agent.bench.cell import MEASURED, STOPPED, as_json, is_finished
from rher_agent.bench.matrix import Cell
from rher_agent.bench.progress import Progress, Running

LOGGER = logging.getLogger(__name__)
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Threads of one process get in each other's way, processes do not."""
TELL = 60.0
"""Between two words on how far the runs under way are [s]."""


class Children:
    """The processes of the runs under way, which end with the bench."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._stopping = False

    def train(self, cell: Cell, output: Path, log: BinaryIO) -> int:
        """Train a cell in a process of its own until it ends; return its exit code, STOPPED where none is begun."""
        with self._lock:
            if self._stopping:
                return STOPPED
            process = subprocess.Popen(
                [sys.executable, "-m", "rher_agent.bench.cell", str(output)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **ONE_THREAD},
                start_new_session=True,  # Ctrl-C in a terminal would reach it beside our signal, and two kill
            )
            self._processes.append(process)
        process.communicate(as_json(cell))
        return process.returncode

    def stop(self) -> None:
        """Begin no more runs; those under way end after their episode or evaluation, asked again at once."""
        with self._lock:
            self._stopping = True
            for process in self._processes:
                process.terminate()


def run_here(cells: Sequence[Cell], output: Path, *, jobs: int) -> list[Cell]:
    """Run all cells that are not finished; return those that are not finished then.

    Args:
        cells: All of the matrix, in the order of the file.
        output: Folder of the bench; every run keeps its log in its own folder's parent.
        jobs: Processes at a time.

    Raises:
        KeyboardInterrupt: Someone asked to stop; the runs under way have ended, each with its last checkpoint.
    """
    waiting = unfinished(cells, output)
    LOGGER.info(
        "%d of %d runs are finished already; %d to train, %d at a time, each with its log in %s",
        *(len(cells) - len(waiting), len(cells), len(waiting), min(jobs, len(waiting)), output),
    )
    if waiting:
        LOGGER.info("a run may take hours: every minute tells how far it is; stopped, the same command goes on")
    progress, running, done = Progress(len(waiting), jobs), Running(output), threading.Event()
    children = Children()

    def run(index: int) -> bool:
        with running.watch(cells[index]):
            return _run(cells[index], output, progress, children)

    teller = threading.Thread(target=tell, args=(running, done), daemon=True)
    teller.start()
    try:
        with ThreadPoolExecutor(jobs) as pool:
            try:
                good = list(pool.map(run, waiting))
            except BaseException:  # runs under way are not waited for, whatever went wrong
                LOGGER.info("stopping: every run under way ends after its episode or evaluation; asked again, at once")
                children.stop()
                raise
    finally:
        children.stop()  # has something left to end only when asked again
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


def _run(cell: Cell, output: Path, progress: Progress, children: Children) -> bool:
    log = output / cell.folder / f"{cell.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        try:
            # Goes over to the process of the run with its output, so that it is held as long as that lives.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            code = None
        else:
            finished = (output / cell.folder / cell.name / MEASURED).exists()  # meanwhile, by another command
            code = 0 if finished else children.train(cell, output, file)
    name, how_far = f"{cell.folder}, seed {cell.config.seed}", progress.end_one()
    if code is None:
        LOGGER.error("%s: %s is being trained by another command, see %s", how_far, name, log)
    elif code == 0:
        LOGGER.info("%s: finished %s", how_far, name)
    elif code in (STOPPED, -signal.SIGINT, -signal.SIGTERM):
        LOGGER.info("%s was stopped", name)
    else:
        LOGGER.error("%s: %s failed with exit code %d, see %s", how_far, name, code, log)
    return code == 0
