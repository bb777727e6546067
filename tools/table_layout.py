# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Draw the table of a lab with its defaults from above and from its side, the camera where the simulation has it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon, Rectangle
from rher_agent.lab.settings import Lab
from rher_agent.tasks.push import PushParameters
from rher_sim_bridge.scene.camera import POSITION, VERTICAL_FIELD

REACH = 0.85
"""Of a UR5e [m] (maker's data sheet)."""
FOOT_RADIUS = 0.075
"""Of its base [m]."""
ASPECT = 640.0 / 480.0
"""Of the camera's pictures."""
SIGHT = 1.0
"""Length of the drawn lines of sight [m]."""
BLUE, ORANGE, GREY, PALE = "#0072b2", "#d55e00", "0.35", "0.8"
"""Told apart by colour-blind readers too (Okabe and Ito)."""


def main() -> None:
    """Write docs/images/table.png."""
    draw(Path(__file__).resolve().parent.parent / "docs" / "images" / "table.png")


def draw(path: Path) -> None:
    """Draw both views into a file."""
    figure = Figure(figsize=(11.0, 4.0), layout="constrained")
    above, side = figure.subplots(1, 2, width_ratios=(1.0, 1.0))
    draw_above(above, Lab())
    draw_side(side, Lab())
    figure.savefig(path, dpi=110)


def draw_above(axes: Axes, lab: Lab) -> None:
    """Draw what a bird sees; x to the right, y up, as base_link has them. The field is that of the middle row."""
    (x, y), half = lab.workspace.center, lab.workspace.square / 2.0
    box = half + PushParameters().tcp_margin
    reach = box + lab.workspace.reach
    axes.add_patch(Circle((0.0, 0.0), REACH, fill=False, ls=":", ec=GREY))
    axes.text(0.86, -0.44, "reach of a UR5e:\nkeep it free", color=GREY, fontsize=8)
    axes.add_patch(Circle((0.0, 0.0), FOOT_RADIUS, fc=PALE, ec=GREY))
    axes.text(0.0, -0.15, "arm", ha="center", color=GREY, fontsize=8)
    for size, style in ((reach, "--"), (box, "-")):
        axes.add_patch(Rectangle((x - size, y - size), 2 * size, 2 * size, fill=False, ec=BLUE, ls=style))
    outer, inner = f"--  to get behind a cube: {2 * reach:.2f}", f"—  box of the TCP: {2 * box:.2f}"
    axes.text(x, y + reach + 0.02, f"{outer}\n{inner}", color=BLUE, fontsize=8, ha="center")
    axes.add_patch(Rectangle((x - half, y - half), 2 * half, 2 * half, fc=BLUE, alpha=0.15))
    axes.text(
        x, y, f"cube and goals\n{2 * half:.2f} x {2 * half:.2f}", color=BLUE, fontsize=8, ha="center", va="center"
    )
    draw_camera(axes, (POSITION[0], POSITION[1]), math.pi, horizontal_field())
    axes.text(POSITION[0], POSITION[1] + 0.06, "camera", color=ORANGE, ha="center")
    axes.annotate("x", (0.24, 0.0), (0.09, 0.0), arrowprops={"arrowstyle": "->"}, va="center")
    axes.annotate("y", (0.0, 0.24), (0.0, 0.09), arrowprops={"arrowstyle": "->"}, ha="center")
    axes.set(title="from above", xlabel="x in base_link [m]", ylabel="y in base_link [m]", aspect="equal")
    axes.set(xlim=(-0.2, 1.3), ylim=(-0.5, 0.5))


def draw_side(axes: Axes, lab: Lab) -> None:
    """Draw what stands on the table, seen along y."""
    (x, _), half, table = lab.workspace.center, lab.workspace.square / 2.0, lab.table.height
    cube = lab.objects.cube.size
    axes.axhline(table, color=GREY)
    axes.add_patch(Rectangle((-FOOT_RADIUS, table), 2 * FOOT_RADIUS, 0.1, fc=PALE, ec=GREY))
    axes.plot((x - half, x + half), (table, table), color=BLUE, lw=5, solid_capstyle="butt")
    axes.text(x, table - 0.05, "square of cube and goals", color=BLUE, ha="center")
    axes.add_patch(Rectangle((x - cube / 2.0, table), cube, cube, fc="0.9", ec="k"))
    draw_camera(axes, (POSITION[0], POSITION[2]), math.atan2(table - POSITION[2], x - POSITION[0]), vertical_field())
    axes.plot((POSITION[0], POSITION[0]), (table, POSITION[2]), color=ORANGE, lw=3)
    axes.text(POSITION[0], POSITION[2] + 0.05, f"lens: x {POSITION[0]}, y {POSITION[1]:.0f}, z {POSITION[2]}",
              color=ORANGE, ha="right")  # fmt: skip
    for place, name, align in ((lab.workspace.home, "home", "left"), (lab.workspace.park, "park", "right")):
        axes.plot(place[0], place[2], "x", color="k")
        axes.text(place[0], place[2] + 0.02, name, ha=align, fontsize=8)
    axes.set(title="from the side", xlabel="x in base_link [m]", ylabel="z in base_link [m]", aspect="equal")
    axes.set(xlim=(-0.15, 1.25), ylim=(-0.12, 0.6))


def draw_camera(axes: Axes, lens: tuple[float, float], direction: float, field: float) -> None:
    """Draw a lens and what it sees, within the field [rad] around a direction [rad]."""
    ends = [
        (lens[0] + SIGHT * math.cos(direction + turn), lens[1] + SIGHT * math.sin(direction + turn))
        for turn in (-field / 2.0, field / 2.0)
    ]
    axes.add_patch(Polygon(np.array([lens, *ends]), fc=ORANGE, alpha=0.12))
    axes.plot(*lens, "s", color=ORANGE)


def vertical_field() -> float:
    """Return the camera's vertical field of view [rad]."""
    return math.radians(VERTICAL_FIELD)


def horizontal_field() -> float:
    """Return its horizontal field of view [rad], of square pixels."""
    return 2.0 * math.atan(ASPECT * math.tan(vertical_field() / 2.0))


if __name__ == "__main__":
    main()
