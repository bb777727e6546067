# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a bench: the median over seeds of every method, the range shaded, in colours that all can tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure
from numpy.typing import NDArray

from rher_agent.bench.cell import is_finished
from rher_agent.bench.matrix import Cell
from rher_agent.reporting.episode_table import read_table
from rher_agent.reporting.method_plot import (
    POINTS,
    Table,
    add_legend,
    draw_method,
    figure_size,
    plot_methods,
    shade_among,
    write_figure,
)
from rher_agent.reporting.palette import COLOURS

COLUMNS = 2
"""Panels side by side, so that their text can be read where a page is as wide as the picture."""


def plot_task(cells: Sequence[Cell], output: Path, path: Path, *, target: float) -> None:
    """Draw the success of the finished runs of one task, see plot_methods.

    Args:
        cells: Of one task, one at least.
        output: Folder of the bench.
        path: The PNG to write.
        target: Success drawn as a line.
    """
    plot_methods(_by_method(cells, output), path, title=cells[0].task, target=target)


def plot_informative(cells: Sequence[Cell], output: Path, path: Path) -> None:
    """Draw how much of what was relabelled could teach something, a panel for each task with finished runs.

    Of the relabelled rows of stages that move an object, the share whose object moved in the episode. Steps are on a
    logarithmic axis, because methods differ by powers of ten, and a method ends with the longest of its runs.

    Args:
        cells: Of all tasks.
        output: Folder of the bench.
        path: The PNG to write.
    """
    by_task = {task: _by_method([cell for cell in cells if cell.task == task], output) for task in _tasks(cells)}
    panels = {task: methods for task, methods in by_task.items() if methods}
    with style.context(COLOURS):
        width, height = figure_size(max(map(len, panels.values()), default=0))
        columns = max(1, min(COLUMNS, len(panels)))
        rows = max(1, math.ceil(len(panels) / columns))
        figure = Figure(figsize=(width * columns, height * rows), layout="constrained")
        for place, (task, methods) in enumerate(panels.items(), start=1):
            axes = figure.add_subplot(rows, columns, place, title=task, xscale="log", ylim=(-0.02, 1.02))
            axes.set(xlabel="training steps", ylabel="share of relabelled rows whose object moved")
            for index, (label, tables) in enumerate(methods.items()):
                grid, curves = informative_shares(tables)
                if len(curves):
                    draw_method(axes, index, label, grid, curves, shade=shade_among(len(methods)))
            add_legend(axes, len(methods))
        write_figure(figure, path)


def informative_shares(tables: Sequence[Table]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return 1 - unmoved_share of several runs over common training steps.

    Evaluations before which nothing was relabelled (NaN) are left out, and so is a run that has only such. A run that
    is shorter than the longest stays at its last value.

    Returns:
        Steps from the first evaluation to the last, evenly spaced in the logarithm, shape (POINTS,), and the shares,
        shape (runs, POINTS); (0,) and (0, 0) when no run has any.
    """
    runs = []
    for table in tables:
        known = ~np.isnan(table["unmoved_share"])
        if known.any():
            runs.append((table["env_steps"][known], 1.0 - table["unmoved_share"][known]))
    if not runs:
        return np.zeros(0), np.zeros((0, 0))
    grid = np.geomspace(min(steps[0] for steps, _ in runs), max(steps[-1] for steps, _ in runs), POINTS)
    return grid, np.array([np.interp(np.log(grid), np.log(steps), shares) for steps, shares in runs])


def _tasks(cells: Sequence[Cell]) -> list[str]:
    return list(dict.fromkeys(cell.task for cell in cells))


def _by_method(cells: Sequence[Cell], output: Path) -> dict[str, list[Table]]:
    """Return the tables of all finished runs by method, in the order of the cells."""
    methods: dict[str, list[Table]] = {}
    for cell in cells:
        if is_finished(cell, output):
            methods.setdefault(cell.label, []).append(read_table(output / cell.folder / cell.name / "progress.csv"))
    return methods
