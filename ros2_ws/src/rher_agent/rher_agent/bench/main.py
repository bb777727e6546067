# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Train a matrix of methods, tasks and seeds, and tell what came of it.

Runs that are finished are skipped and runs cut short go on, so the same command can be given again and again.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rher_agent.bench.cell import KEPT, STOPPED, is_finished
from rher_agent.bench.matrix import Cell, MatrixError, read_matrix
from rher_agent.bench.plots import plot_informative, plot_task
from rher_agent.bench.pool import run_here
from rher_agent.bench.ray_pool import RayMissingError, run_on_ray
from rher_agent.bench.table import as_csv, as_markdown, read_rows

LOGGER = logging.getLogger(__name__)
FILE = (
    "a YAML file of a matrix of methods, tasks and seeds, your own or one of the folder benchmarks of the repository, "
    "such as benchmarks/fetch.yaml (7 hours of one core); none is installed with the package"
)
"""What is run, in words."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is left of the matrix, write tables and pictures, print the table."""
    parser = argparse.ArgumentParser(prog="bench", usage="%(prog)s FILE [options]", description=__doc__)
    parser.add_argument("matrix", metavar="FILE", nargs="?", type=Path, help=FILE)
    parser.add_argument("--output", type=Path, help="folder of the runs; runs/bench/<name of the file> when left out")
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--jobs", type=int, default=cores, help="runs at a time; %(default)s when left out, one a core")
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="run on this Ray cluster, whose machines have the same commit installed; 'local' makes one here; there "
        "runs cut short begin anew",
    )
    parser.add_argument("--publish", type=Path, help="also copy tables, pictures and raw CSV here")
    parser.add_argument("--table-only", action="store_true", help="run nothing")
    options = parser.parse_args(arguments)
    if options.matrix is None:
        parser.error(f"FILE is empty; allowed: {FILE}")
    if options.jobs < 1:
        parser.error(f"jobs is {options.jobs}; allowed: 1 or more")
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    output = options.output or Path("runs/bench") / options.matrix.stem
    left: list[Cell] = []
    try:
        with interrupted_by(signal.SIGTERM, signal.SIGHUP):
            cells = read_matrix(options.matrix)
            if options.ray and not options.table_only:
                left = run_on_ray(cells, output, address=options.ray, jobs=options.jobs)
            elif not options.table_only:
                left = run_here(cells, output, jobs=options.jobs)
            write_report(cells, output)
            if options.publish:
                publish(options.matrix, cells, output, options.publish)
    except (MatrixError, RayMissingError, ConnectionError, OSError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        LOGGER.info("stopped; the same command %s", "begins the rest anew" if options.ray else "goes on")
        sys.exit(STOPPED)
    sys.stdout.write((output / "summary.md").read_text())
    if left:
        sys.exit(f"{len(left)} of {len(cells)} runs are not finished; what was said above tells why")


@contextmanager
def interrupted_by(*signals: signal.Signals) -> Iterator[None]:
    """Let signals raise KeyboardInterrupt as Ctrl-C does, but for those that are ignored, as nohup does."""
    kept = {number: signal.getsignal(number) for number in signals}
    for number in signals:
        if kept[number] is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def write_report(cells: Sequence[Cell], output: Path) -> None:
    """Write runs.csv, summary.md, one picture for each task and informative.png into the folder of the bench.

    Raises:
        OSError: Something cannot be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    rows = read_rows(cells, output)
    (output / "runs.csv").write_text(as_csv(rows))
    (output / "summary.md").write_text(as_markdown(rows))
    for task in dict.fromkeys(row.task for row in rows):
        of_task = [cell for cell in cells if cell.task == task]
        target = of_task[0].config.trainer.target_success
        plot_task(of_task, output, output / f"{task}.png", target=target)
    if rows:
        plot_informative(cells, output, output / "informative.png")


def publish(matrix: Path, cells: Sequence[Cell], output: Path, where: Path) -> None:
    """Copy the matrix, tables, pictures and what is published of every finished run.

    Raises:
        OSError: Something cannot be written.
    """
    where.mkdir(parents=True, exist_ok=True)
    for path in (matrix, output / "runs.csv", output / "summary.md", *sorted(output.glob("*.png"))):
        shutil.copy(path, where / path.name)
    for cell in cells:
        if is_finished(cell, output):
            target = where / cell.folder / cell.name
            target.mkdir(parents=True, exist_ok=True)
            for name in KEPT:
                shutil.copy(output / cell.folder / cell.name / name, target / name)
