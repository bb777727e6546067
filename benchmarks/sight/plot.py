# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Errors of the methods as cumulative distributions."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import pyplot as plt

from sight.methods import WITHOUT_TAGS
from sight.results import Row
from sight.studio import Stance

STYLES = {
    "own, planar": ("#0072B2", "-"),
    "own, free": ("#009E73", "-"),
    WITHOUT_TAGS: ("#E69F00", "-"),
    "OpenCV, subpixel": ("#000000", "--"),
    "OpenCV, apriltag": ("#D55E00", "--"),
    "pupil-apriltags": ("#CC79A7", "--"),
}
"""Colours that differ for the colour-blind too (Okabe and Ito, 2008), and other people's methods dashed."""
SIZE = (10.0, 3.6)
"""[inch]"""
DPI = 110
LEGEND = 0.35
"""Height below the diagrams [inch]."""
LEAST = 0.005
"""Errors below are drawn there, [mm] or [degree]."""
AIM = 1.0
"""What 95 % of the errors in the plane are to stay below [mm]."""
AIMED_SHARE = 0.95


def plot(rows: list[Row], path: Path) -> None:
    """Draw the errors in the plane and of the orientation, upright cubes only, a row of pictures for each size."""
    sizes = list(dict.fromkeys(row.size for row in rows))
    figure, grid = plt.subplots(len(sizes), 2, figsize=(SIZE[0], SIZE[1] * len(sizes)), squeeze=False)
    for axes, size in zip(grid, sizes, strict=True):
        for axis, name, unit in (
            (axes[0], "plane_mm", "error in the plane [mm]"),
            (axes[1], "deg", "error of the orientation [degree]"),
        ):
            for method, (colour, dashes) in STYLES.items():
                errors = [
                    getattr(row, name)
                    for row in rows
                    if (row.method, row.size, row.cube) == (method, size, Stance.UPRIGHT.value) and not row.cause
                ]
                if errors:
                    ordered = np.maximum(np.sort(errors), LEAST)
                    axis.step(
                        ordered,
                        np.arange(1, len(ordered) + 1) / len(ordered),
                        color=colour,
                        linestyle=dashes,
                        label=method,
                    )
            axis.set_xscale("log")
            axis.set_ylim(0.0, 1.01)
            axis.set_xlabel(unit)
            axis.set_title(size, fontsize=10)
            axis.grid(alpha=0.3)
        axes[0].set_ylabel("share of the answers below")
        axes[0].plot(
            AIM, AIMED_SHARE, marker="v", color="#000000", linestyle="", markersize=6, label="aim of the planar method"
        )
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=8, loc="lower center", ncols=len(labels), columnspacing=1.2, frameon=False)
    figure.tight_layout(rect=(0.0, LEGEND / figure.get_figheight(), 1.0, 1.0))
    figure.savefig(path, dpi=DPI)
    plt.close(figure)
