# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a bench: the median over seeds of every method, the range shaded, in colours that all can tell apart."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from rher_agent.bench.cell import is_finished
from rher_agent.bench.matrix import Cell
from rher_agent.reporting.episode_table import read_table
from rher_agent.storage.atomic import atomic_write

POINTS = 200
"""Of a curve."""
FIGURE_SIZE = (8.0, 4.5)
"""Width and height of the picture of one task [inch]."""
RESOLUTION = 120
"""[dots per inch]"""
COLOURS = "petroff10"
"""Style of matplotlib with ten colours chosen for people who see colours differently (Petroff 2021)."""
COLOUR_COUNT = 10
"""Of that style; after them the dashes are shifted, so that forty methods differ."""
DASHES = ("-", "--", "-.", ":")
"""Of one method after the other, so that neighbours also differ in grey."""

Table = Mapping[str, NDArray[np.float64]]
"""A progress.csv, columns by name."""


def plot_task(cells: Sequence[Cell], output: Path, path: Path, *, target: float) -> None:
    """Draw the success of the finished runs of one task.

    Steps are on a logarithmic axis, since methods differ by powers of ten. A method ends with the longest of its runs,
    and a run that met its target earlier stays at its last evaluation until then.

    Args:
        cells: Of one task.
        output: Folder of the bench.
        path: The PNG to write.
        target: Success drawn as a line.
    """
    methods = _by_method(cells, output)
    with style.context(COLOURS):
        figure = Figure(figsize=FIGURE_SIZE, layout="constrained")
        axes = figure.add_subplot(xlabel="training steps", ylabel="success rate", xscale="log", ylim=(-0.02, 1.02))
        for index, (label, tables) in enumerate(methods.items()):
            steps = [table["env_steps"] for table in tables]
            grid = np.geomspace(min(run[0] for run in steps), max(run[-1] for run in steps), POINTS)
            curves = [
                np.interp(np.log(grid), np.log(run), table["success"]) for run, table in zip(steps, tables, strict=True)
            ]
            _draw(axes, index, label, grid, np.array(curves))
        axes.axhline(target, color="0.4", ls=":")
        axes.legend(fontsize="small", loc="lower right", title="method (seeds)")
        _write(figure, path)


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
        width, height = FIGURE_SIZE
        figure = Figure(figsize=(width * max(1, len(panels)), height), layout="constrained")
        for column, (task, methods) in enumerate(panels.items(), start=1):
            axes = figure.add_subplot(1, len(panels), column, title=task, xscale="log", ylim=(-0.02, 1.02))
            axes.set(xlabel="training steps", ylabel="share of relabelled rows whose object moved")
            for index, (label, tables) in enumerate(methods.items()):
                grid, curves = informative_shares(tables)
                if len(curves):
                    _draw(axes, index, label, grid, curves)
            axes.legend(fontsize="small", loc="lower right", title="method (seeds)")
        _write(figure, path)


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


def _draw(axes: Axes, index: int, label: str, grid: NDArray[np.float64], curves: NDArray[np.float64]) -> None:
    """Draw the method of a number: median and range of curves (runs, points)."""
    colour, dashes = f"C{index}", DASHES[(index + index // COLOUR_COUNT) % len(DASHES)]
    axes.plot(grid, np.median(curves, axis=0), color=colour, ls=dashes, label=f"{label} ({len(curves)})")
    axes.fill_between(grid, curves.min(axis=0), curves.max(axis=0), color=colour, alpha=0.2, lw=0.0)


def _write(figure: Figure, path: Path) -> None:
    for axes in figure.axes:
        axes.grid(alpha=0.3)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=RESOLUTION)
    atomic_write(path, picture.getvalue())
