# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The learning curve of one run or of several, from their progress.csv."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from rher_agent.reporting.episode_table import read_table
from rher_agent.reporting.palette import COLOURS, colour_of, dashes_of, marker_of
from rher_agent.reporting.progress_csv import STAGE_PREFIX
from rher_agent.storage.atomic import atomic_write

FIGURE_SIZE = (8.0, 4.5)
"""Width and height [inch]."""
FEW_RUNS = 3
"""Of more, the legend would hide the curves: it goes beside them."""
RESOLUTION = 150
"""[dots per inch]"""

Table = dict[str, NDArray[np.float64]]


def plot_runs(csvs: Sequence[Path], path: Path, *, target_success: float | None = None) -> None:
    """Draw success over training episodes, with environment steps along the top; see runs_figure.

    Args:
        csvs: progress.csv of each run; one without rows is left out.
        path: The PNG to write.
        target_success: Success at which a run is done, drawn as a line.

    Raises:
        ValueError: No run has a row.
        OSError: A table cannot be read or the picture not be written.
    """
    runs = [(csv.parent.name, read_table(csv)) for csv in csvs]
    runs = [(name, table) for name, table in runs if len(table["episode"])]
    if not runs:
        raise ValueError(f"no evaluation to draw in {[str(csv) for csv in csvs]}; allowed: tables with rows")
    with style.context(COLOURS):
        figure = runs_figure(runs, target_success)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=RESOLUTION)
    atomic_write(path, picture.getvalue())


def runs_figure(runs: Sequence[tuple[str, Table]], target_success: float | None) -> Figure:
    """Return the picture of runs, each a name and its table, to be made and saved in the style COLOURS.

    One run is drawn with the mastery of its stages; several share the axes, each in a colour, dashes and a marker of
    its own, hollow and thin where success is strict.
    """
    figure = Figure(figsize=FIGURE_SIZE, layout="constrained")
    axes = figure.add_subplot(
        xlabel="training episodes", ylabel="success rate", ylim=(-0.02, 1.02), yticks=np.linspace(0.0, 1.0, 6)
    )
    for index, (name, table) in enumerate(runs):
        prefix = f"{name}: " if len(runs) > 1 else ""
        episodes = table["episode"]
        look: dict[str, Any] = {"color": colour_of(index), "ls": dashes_of(index), "marker": marker_of(index), "ms": 4}
        axes.plot(episodes, table["success"], **look, label=f"{prefix}success", zorder=3)
        axes.plot(episodes, table["strict_success"], **look, mfc="white", lw=0.8, label=f"{prefix}strict success")
    if len(runs) == 1:
        _draw_stages(axes, runs[0][1])
    if target_success is not None:
        axes.axhline(target_success, color="0.4", ls=":", label=f"target {target_success:g}")
    axes.grid(alpha=0.3)
    if len(runs) > FEW_RUNS:
        figure.legend(fontsize="x-small", loc="outside right upper")
    else:
        axes.legend(fontsize="small", loc="lower right")
    _add_step_axis(axes, max((table for _, table in runs), key=lambda table: float(table["episode"][-1])))
    return figure


def _draw_stages(axes: Axes, table: Table) -> None:
    for index, column in enumerate(name for name in table if name.startswith(STAGE_PREFIX)):
        label = f"mastery of {column.removeprefix(STAGE_PREFIX)}"
        look: dict[str, Any] = {"color": colour_of(index + 1), "ls": dashes_of(index + 1)}
        axes.plot(table["episode"], table[column], **look, lw=1, alpha=0.7, label=label)


def _add_step_axis(axes: Axes, table: Table) -> None:
    """Add environment steps along the top, as the longest run counted them."""
    episodes = np.append(0.0, table["episode"])
    steps = np.append(0.0, table["env_steps"])
    if episodes[-1] == 0.0:
        return
    axes.set_xlim(0.0, 1.02 * episodes[-1])
    rate = steps[-1] / episodes[-1]
    episodes, steps = np.append(episodes, 2.0 * episodes[-1]), np.append(steps, steps[-1] + rate * episodes[-1])

    def to_steps(x: ArrayLike) -> NDArray[np.float64]:
        return np.asarray(np.interp(np.asarray(x, dtype=np.float64), episodes, steps))

    def to_episodes(x: ArrayLike) -> NDArray[np.float64]:
        return np.asarray(np.interp(np.asarray(x, dtype=np.float64), steps, episodes))

    top = axes.secondary_xaxis("top", functions=(to_steps, to_episodes))
    top.set_xlabel("environment steps")
