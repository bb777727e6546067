# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a bench, and the shares that they show."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from rher_agent.bench.cell import MEASURED
from rher_agent.bench.matrix import Cell, read_matrix
from rher_agent.bench.plots import informative_shares, plot_informative, plot_task
from rher_agent.reporting.method_plot import FEW_METHODS, FIGURE_SIZE, POINTS, RESOLUTION, methods_figure

TWO_TASKS = """
entries:
  - {task: fetch_push, algorithm: rher, seeds: [0, 1]}
  - {task: fetch_push, algorithm: her, seeds: [0]}
  - {task: fetch_pick_and_place, algorithm: rher, seeds: [0]}
"""
THIRD = "  - {task: fetch_slide, algorithm: rher, seeds: [0]}\n"


def table(env_steps: list[float], unmoved_share: list[float]) -> dict[str, np.ndarray]:
    return {"env_steps": np.array(env_steps), "unmoved_share": np.array(unmoved_share)}


@pytest.fixture
def cells(tmp_path: Path) -> tuple[Cell, ...]:
    matrix = tmp_path / "two_tasks.yaml"
    matrix.write_text(TWO_TASKS)
    return read_matrix(matrix)


def finish(cell: Cell, output: Path, *, unmoved: float = 0.5) -> None:
    """Leave what a finished run leaves, as far as pictures read it."""
    run = output / cell.folder / cell.name
    run.mkdir(parents=True)
    rows = [f"{steps},{success},{unmoved}" for steps, success in ((100, 0.0), (1000, 1.0))]
    (run / "progress.csv").write_text("\n".join(["env_steps,success,unmoved_share", *rows, ""]))
    (run / "config.yaml").write_text("run: {}\n")
    (run / MEASURED).write_text("{}")


def coloured(path: Path) -> np.ndarray:
    """Return for every pixel of a picture whether it has a colour, as curves have and text has not."""
    pixels = imread(path)[:, :, :3]
    return (pixels.max(axis=2) - pixels.min(axis=2)) > 0.2


def test_what_moved_is_what_did_not_stay():
    grid, shares = informative_shares([table([100.0, 1000.0, 10_000.0], [0.9, 0.4, 0.1])])
    assert grid[[0, -1]] == pytest.approx([100.0, 10_000.0])
    assert np.diff(np.log(grid)) == pytest.approx(np.log(100.0) / (POINTS - 1))
    assert shares.shape == (1, POINTS)
    assert shares[0, [0, -1]] == pytest.approx([0.1, 0.9])
    assert np.interp(1000.0, grid, shares[0]) == pytest.approx(0.6, abs=0.01)


def test_a_run_that_ended_sooner_stays_at_its_last_share():
    _, shares = informative_shares([table([100.0, 200.0], [0.5, 0.2]), table([100.0, 10_000.0], [0.5, 0.0])])
    assert shares[0, -1] == pytest.approx(0.8)
    assert shares[1, -1] == pytest.approx(1.0)


def test_where_nothing_was_relabelled_there_is_no_share():
    runs = [table([100.0, 200.0, 300.0], [math.nan, 0.5, 0.25]), table([100.0], [math.nan])]
    grid, shares = informative_shares(runs)
    assert grid[0] == pytest.approx(200.0)
    assert shares.shape == (1, POINTS)
    assert shares[0, [0, -1]] == pytest.approx([0.5, 0.75])
    grid, shares = informative_shares(runs[1:])
    assert len(grid) == len(shares) == 0


def test_every_task_with_finished_runs_has_a_panel(cells: tuple[Cell, ...], tmp_path: Path):
    width = round(FIGURE_SIZE[0] * RESOLUTION)
    path = tmp_path / "informative.png"
    finish(cells[0], tmp_path)
    plot_informative(cells, tmp_path, path)
    assert imread(path).shape[1] == width
    for cell in cells[1:]:
        finish(cell, tmp_path)
    plot_informative(cells, tmp_path, path)
    assert imread(path).shape[1] == 2 * width
    assert coloured(path)[:, :width].any()
    assert coloured(path)[:, width:].any()


def test_a_third_task_begins_a_second_row(tmp_path: Path):
    matrix, path = tmp_path / "three_tasks.yaml", tmp_path / "informative.png"
    matrix.write_text(TWO_TASKS + THIRD)
    cells = read_matrix(matrix)
    for cell in cells:
        finish(cell, tmp_path)
    plot_informative(cells, tmp_path, path)
    width, height = (round(size * RESOLUTION) for size in FIGURE_SIZE)
    assert imread(path).shape[:2] == (2 * height, 2 * width)
    assert coloured(path)[height:, :width].any()
    assert not coloured(path)[height:, width:].any()


def test_a_picture_of_methods_tells_its_task_and_its_target():
    table = {"env_steps": np.array([10.0, 100.0]), "success": np.array([0.0, 1.0])}
    (axes,) = methods_figure({"rher": [table], "her": [table, table]}, title="drawer", target=0.95).axes
    assert axes.get_title() == "drawer"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["rher (1)", "her (2)", "target 0.95"]


def test_the_curve_of_a_method_is_the_median_of_its_seeds_and_their_range_is_shaded():
    def table(end: float) -> dict[str, np.ndarray]:
        return {"env_steps": np.array([10.0, 100.0]), "success": np.array([0.0, end])}

    (axes,) = methods_figure({"rher": [table(0.4), table(0.5), table(1.0)]}, title="push", target=0.95).axes
    assert np.asarray(axes.get_lines()[0].get_ydata())[-1] == pytest.approx(0.5)
    (shade,) = axes.collections
    corners = np.concatenate([path.vertices for path in shade.get_paths()])
    at_end = corners[np.isclose(corners[:, 0], 100.0), 1]
    assert (at_end.min(), at_end.max()) == pytest.approx((0.4, 1.0))


@pytest.mark.parametrize("count", [FEW_METHODS, FEW_METHODS + 1, 20, 60])
def test_the_legend_of_many_methods_stands_beside_them_in_the_picture(count: int):
    table = {"env_steps": np.array([10.0, 100.0]), "success": np.array([0.0, 1.0])}
    methods = {f"a method whose name takes some room, {number}": [table, table] for number in range(count)}
    figure = methods_figure(methods, title="push", target=0.95)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    told = axes.get_legend()
    assert told is not None
    legend, curves = told.get_window_extent(), axes.get_window_extent()
    assert (legend.x0 > curves.x1) == (count > FEW_METHODS)
    assert figure.bbox.contains(legend.x1, legend.y0)
    assert figure.bbox.contains(legend.x0, legend.y1)
    assert curves.width > figure.bbox.width / 2.0
    assert curves.height > figure.bbox.height / 2.0


@pytest.mark.parametrize(("steps", "marker"), [([10.0], "o"), ([10.0, 100.0], "")])
def test_a_method_that_was_judged_once_is_a_point(steps: list[float], marker: str):
    table = {"env_steps": np.array(steps), "success": np.ones(len(steps))}
    (axes,) = methods_figure({"rher": [table]}, title="push", target=0.95).axes
    assert axes.get_lines()[0].get_marker() == marker


def test_the_height_of_a_curve_is_its_share(cells: tuple[Cell, ...], tmp_path: Path):
    """A run of which little moved is drawn below one of which much moved."""
    heights = []
    for folder, unmoved in (("little", 0.9), ("much", 0.1)):
        finish(cells[0], tmp_path / folder, unmoved=unmoved)
        path = tmp_path / f"{folder}.png"
        plot_informative(cells[:1], tmp_path / folder, path)
        left_half = coloured(path)[:, : round(FIGURE_SIZE[0] * RESOLUTION / 2)]
        heights.append(np.flatnonzero(left_half.any(axis=1)).mean())
    assert heights[0] > heights[1], "rows of a picture count from above"


def test_a_run_that_only_began_is_not_drawn(cells: tuple[Cell, ...], tmp_path: Path):
    def picture() -> bytes:
        path = tmp_path / "push.png"
        plot_task(cells[:2], tmp_path, path, target=0.95)
        return path.read_bytes()

    finish(cells[0], tmp_path)
    alone = picture()
    finish(cells[1], tmp_path)
    assert picture() != alone
    (tmp_path / cells[1].folder / cells[1].name / MEASURED).unlink()
    assert picture() == alone
