# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The same matrix on two Ray workers, where Ray is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from rher_agent.bench.cell import KEPT, run_cell
from rher_agent.bench.matrix import read_matrix
from rher_agent.bench.ray_pool import LOCAL, RayMissingError, run_on_ray

HAS_RAY = importlib.util.find_spec("ray") is not None


@pytest.mark.skipif(HAS_RAY, reason="ray is installed")
def test_without_ray_the_error_says_what_to_install(matrix: Path, tmp_path: Path):
    with pytest.raises(RayMissingError, match=r"requirements/ray\.txt"):
        run_on_ray(read_matrix(matrix), tmp_path, address=LOCAL, jobs=2)


@pytest.mark.skipif(not HAS_RAY, reason="requirements/ray.txt is not installed")
def test_two_workers_bring_back_what_one_process_makes(matrix: Path, tmp_path: Path):
    cells = read_matrix(matrix)
    assert run_on_ray(cells, tmp_path / "ray", address=LOCAL, jobs=2) == []
    for cell in cells:
        folder = tmp_path / "ray" / cell.folder / cell.name
        assert {path.name for path in folder.iterdir()} == set(KEPT)
        here = run_cell(cell, tmp_path / "here")
        assert successes(folder / "progress.csv") == successes(here / "progress.csv")
    assert run_on_ray(cells, tmp_path / "ray", address=LOCAL, jobs=2) == [], "finished runs are left alone"


def successes(path: Path) -> list[list[str]]:
    """Return the table without its wall time."""
    return [line.split(",")[:2] + line.split(",")[3:] for line in path.read_text().splitlines()]
