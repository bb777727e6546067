# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Learning curves of a bench: for each task the median over seeds of every method, the range shaded."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from rher_agent.bench.cell import is_finished
from rher_agent.bench.matrix import Cell
from rher_agent.reporting.episode_table import read_table
from rher_agent.storage.atomic import atomic_write

POINTS = 200
"""Of a curve."""
FIGURE_SIZE = (8.0, 4.5)
"""Width and height [inch]."""
RESOLUTION = 120
"""[dots per inch]"""


def plot_task(cells: Sequence[Cell], output: Path, path: Path, *, target: float) -> None:
    """Draw the finished runs of one task; a run that met its target early stays at its last evaluation.

    Args:
        cells: Of one task.
        output: Folder of the bench.
        path: The PNG to write.
        target: Success drawn as a line.
    """
    figure = Figure(figsize=FIGURE_SIZE, layout="constrained")
    axes = figure.add_subplot(xlabel="training steps", ylabel="success rate", ylim=(-0.02, 1.02))
    tables = {
        cell: read_table(output / cell.folder / cell.name / "progress.csv")
        for cell in cells
        if is_finished(cell, output)
    }
    furthest = max((table["env_steps"][-1] for table in tables.values()), default=1.0)
    grid = np.linspace(0.0, furthest, POINTS)
    for index, label in enumerate(dict.fromkeys(cell.label for cell in tables)):
        curves = np.array(
            [
                np.interp(grid, np.append(0.0, table["env_steps"]), np.append(0.0, table["success"]))
                for cell, table in tables.items()
                if cell.label == label
            ]
        )
        axes.plot(grid, np.median(curves, axis=0), f"C{index}", label=f"{label} ({len(curves)})")
        axes.fill_between(grid, curves.min(axis=0), curves.max(axis=0), color=f"C{index}", alpha=0.2, lw=0.0)
    axes.axhline(target, color="0.4", ls=":")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="lower right", title="method (seeds)")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=RESOLUTION)
    atomic_write(path, picture.getvalue())
