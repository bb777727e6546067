# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the cells of a matrix across machines, on a Ray cluster. Ray is optional: requirements/ray.txt.

Every machine of the cluster needs the packages of this workspace, installed from the same commit, since no code is sent
there; the bench.json of a run names the commit that made it.
"""

from __future__ import annotations

import importlib
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rher_agent.bench.cell import KEPT, run_cell
from rher_agent.bench.matrix import Cell
from rher_agent.bench.pool import ONE_THREAD, unfinished
from rher_agent.bench.progress import Progress
from rher_agent.storage.atomic import atomic_write

LOGGER = logging.getLogger(__name__)
LOCAL = "local"
"""Address of a cluster of this machine alone, made for the occasion."""


class RayMissingError(RuntimeError):
    """Ray is not installed."""


def run_on_ray(cells: Sequence[Cell], output: Path, *, address: str, jobs: int) -> list[Cell]:
    """Run all cells that are not finished on a cluster; return those that failed.

    A run is made in a temporary folder of its worker, and what is published of it comes back when it is finished. A run
    cut short begins anew, also one that was begun without Ray.

    Args:
        cells: All of them.
        output: Folder of the bench, on this machine.
        address: Of the cluster, or LOCAL.
        jobs: Workers of a local cluster.

    Raises:
        RayMissingError: Ray is not installed.
        ConnectionError: There is no cluster at the address.
    """
    try:
        ray: Any = importlib.import_module("ray")
    except ModuleNotFoundError as error:
        raise RayMissingError("ray is not installed; allowed: pip install -r requirements/ray.txt") from error
    where = {"num_cpus": jobs} if address == LOCAL else {}
    ray.init(address=address, include_dashboard=False, runtime_env={"env_vars": ONE_THREAD}, **where)
    try:
        remote = ray.remote(max_calls=1)(_run_elsewhere)  # one process a run, whose peak memory is the run's own
        waiting = {remote.remote(cells[index]): cells[index] for index in unfinished(cells, output)}
        failed = []
        progress = Progress(len(waiting), int(ray.cluster_resources().get("CPU", jobs)))
        while waiting:
            (done,), _ = ray.wait(list(waiting), num_returns=1)
            cell = waiting.pop(done)
            how_far = progress.end_one()
            name = f"{cell.folder}, seed {cell.config.seed}"
            try:
                _keep(ray.get(done), output / cell.folder / cell.name)
                LOGGER.info("%s: finished %s", how_far, name)
            except ray.exceptions.RayError as error:
                LOGGER.error("%s: %s failed: %s", how_far, name, error)
                failed.append(cell)
        return failed
    finally:
        ray.shutdown()


def _run_elsewhere(cell: Cell) -> dict[str, bytes]:
    """Run a cell in a folder of the worker's own; return what is published, by name."""
    with tempfile.TemporaryDirectory() as folder:
        run = run_cell(cell, Path(folder))
        return {name: (run / name).read_bytes() for name in KEPT}


def _keep(files: dict[str, bytes], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in KEPT:  # the file that tells that the run is finished comes last
        atomic_write(folder / name, files[name])
