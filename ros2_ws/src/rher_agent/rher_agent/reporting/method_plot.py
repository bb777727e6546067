# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Several runs of several methods: the median over seeds, the range shaded, in colours that all can tell apart."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from rher_agent.reporting.palette import COLOURS, colour_of, dashes_of
from rher_agent.storage.atomic import atomic_write

POINTS = 200
"""Of a curve."""
FIGURE_SIZE = (8.0, 4.5)
"""Width and least height of a picture [inch]."""
LEGEND_LINE, LEGEND_TITLE = 0.165, 0.5
"""What each method, and what stands over them, adds to the height of the legend beside the axes [inch]."""
FEW_METHODS = 6
"""Of more, the legend would hide the curves, and the shades each other: it goes beside them, and they are pale."""
SHADE, PALE_SHADE = 0.2, 0.05
"""Opacity of the range of a method, among few and among many."""
RESOLUTION = 120
"""[dots per inch]"""

Table = Mapping[str, NDArray[np.float64]]
"""A progress.csv, columns by name."""


def plot_methods(methods: Mapping[str, Sequence[Table]], path: Path, *, title: str, target: float) -> None:
    """Draw the success of methods on one task; see methods_figure.

    Args:
        methods: The tables of the runs of each, with at least one row each.
        path: The PNG to write.
        title: Over the picture, as the name of the task.
        target: Success drawn as a line.
    """
    with style.context(COLOURS):
        write_figure(methods_figure(methods, title=title, target=target), path)


def methods_figure(methods: Mapping[str, Sequence[Table]], *, title: str, target: float) -> Figure:
    """Return the picture of the success of methods, to be made and saved in the style COLOURS.

    Steps are on a logarithmic axis, since methods differ by powers of ten, so that what was judged before the first
    step, of a run begun with what another learned, is left out. A method ends with the longest of its runs, and a run
    that met its target earlier stays at its last evaluation until then.
    """
    figure = Figure(figsize=figure_size(len(methods)), layout="constrained")
    axes = figure.add_subplot(title=title, xscale="log", ylim=(-0.02, 1.02))
    axes.set(xlabel="training steps", ylabel="success rate")
    for index, (label, tables) in enumerate(methods.items()):
        begun = [table["env_steps"] > 0.0 for table in tables]
        steps = [table["env_steps"][rows] for table, rows in zip(tables, begun, strict=True) if rows.any()]
        success = [table["success"][rows] for table, rows in zip(tables, begun, strict=True) if rows.any()]
        if not steps:
            continue
        grid = np.geomspace(min(run[0] for run in steps), max(run[-1] for run in steps), POINTS)
        curves = [np.interp(np.log(grid), np.log(run), rate) for run, rate in zip(steps, success, strict=True)]
        draw_method(axes, index, label, grid, np.array(curves), shade=shade_among(len(methods)))
    axes.axhline(target, color="0.4", ls=":", label=f"target {target:g}")
    add_legend(axes, len(methods))
    return figure


def figure_size(methods: int) -> tuple[float, float]:
    """Return width and height of a picture of so many methods, in which their legend fits [inch]."""
    width, height = FIGURE_SIZE
    return width, max(height, LEGEND_TITLE + LEGEND_LINE * (methods + 1))  # and one line for the target


def shade_among(methods: int) -> float:
    """Return the opacity of the range of each of so many methods."""
    return SHADE if methods <= FEW_METHODS else PALE_SHADE


def add_legend(axes: Axes, methods: int) -> None:
    """Tell which of so many methods is which, where it hides the least, or beside the axes."""
    title = "method (seeds)"
    if methods <= FEW_METHODS:
        axes.legend(fontsize="small", loc="best", title=title)
        return
    axes.legend(fontsize="x-small", loc="upper left", bbox_to_anchor=(1.02, 1.0), borderaxespad=0.0, title=title)


def draw_method(
    axes: Axes, index: int, label: str, grid: NDArray[np.float64], curves: NDArray[np.float64], *, shade: float
) -> None:
    """Draw the method of a number: median and range of curves (runs, points)."""
    colour = colour_of(index)
    alone = "o" if grid[0] == grid[-1] else ""  # of one evaluation there is no line to be seen
    told = f"{label} ({len(curves)})"
    axes.plot(grid, np.median(curves, axis=0), color=colour, ls=dashes_of(index), marker=alone, label=told)
    axes.fill_between(grid, curves.min(axis=0), curves.max(axis=0), color=colour, alpha=shade, lw=0.0)


def write_figure(figure: Figure, path: Path) -> None:
    """Write a picture as PNG, whole or not at all."""
    for axes in figure.axes:
        axes.grid(alpha=0.3)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=RESOLUTION)
    atomic_write(path, picture.getvalue())
