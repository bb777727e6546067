# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What an evaluation leaves behind: a table with a row for each episode, and a picture of the table from above."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from rher_agent.reporting.palette import MET, MISSED
from rher_agent.runners.evaluator import EvaluatedEpisode
from rher_agent.storage.atomic import atomic_write

FIGURE_SIZE = (9.0, 4.5)
"""Width and height [inch]."""
RESOLUTION = 150
"""[dots per inch]"""
MM_PER_M = 1000.0
END_MARKERS = {True: "o", False: "s"}
"""Where an object ended, by whether the episode was a success."""
HATCH = "//"
"""Of the bars of episodes that were none."""
AXES = "xyz"


def write_judgement(episodes: Sequence[EvaluatedEpisode], objects: Sequence[str], table: Path, picture: Path) -> None:
    """Write both.

    Args:
        episodes: In their order; with none of them nothing is written.
        objects: Names of the objects.
        table: The CSV to write: positions in base_link [m], errors [mm], ages [s].
        picture: The PNG to write.

    Raises:
        OSError: One cannot be written; the old one is untouched.
    """
    if not episodes:
        return
    atomic_write(table, judgement_table(episodes, objects).encode())
    stream = io.BytesIO()
    judgement_figure(episodes, objects).savefig(stream, format="png", dpi=RESOLUTION)
    atomic_write(picture, stream.getvalue())


def judgement_table(episodes: Sequence[EvaluatedEpisode], objects: Sequence[str]) -> str:
    """Return the table as CSV."""
    places = [f"{name}_{what}_{axis}" for name in objects for what in ("start", "end", "goal") for axis in AXES]
    lines = [
        ",".join(["episode", "seed", "success", "strict_success", "steps", "stopped", "error_mm", "age_mean", *places])
    ]
    for number, episode in enumerate(episodes, start=1):
        positions = np.stack((episode.starts, episode.ends, episode.goals), axis=1).ravel()
        cells = [
            *map(str, (number, episode.seed, int(episode.success), int(episode.strict_success), episode.steps)),
            str(int(bool(episode.stopped))),
            f"{MM_PER_M * episode.goal_distance:.2f}",
            f"{episode.age_mean:.4f}",
            *(f"{value:.4f}" for value in positions),
        ]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def judgement_figure(episodes: Sequence[EvaluatedEpisode], objects: Sequence[str]) -> Figure:
    """Return the picture: where every object was, went and should be, seen from above, and the errors beside it.

    What missed its goal differs from what met it by colour and by marker, line and hatch.
    """
    figure = Figure(figsize=FIGURE_SIZE, layout="constrained")
    above, errors = figure.subplots(1, 2)
    for episode in episodes:
        colour, line = (MET, "-") if episode.success else (MISSED, "--")
        for start, end, goal in zip(episode.starts, episode.ends, episode.goals, strict=True):
            above.plot((start[0], end[0]), (start[1], end[1]), line, color=colour, lw=1, alpha=0.7)
            above.plot(start[0], start[1], "o", color=colour, ms=3, mfc="none")
            above.plot(end[0], end[1], END_MARKERS[episode.success], color=colour, ms=4)
            above.plot(goal[0], goal[1], "x", color="0.2", ms=6)
    marks = (
        ("o", "start", "0.2", "none"),
        ("x", "goal", "0.2", "none"),
        (END_MARKERS[True], "end, goal met", MET, MET),
        (END_MARKERS[False], "end, goal missed", MISSED, MISSED),
    )
    handles = [
        Line2D([], [], ls="", marker=marker, color=edge, mfc=fill, label=label) for marker, label, edge, fill in marks
    ]
    figure.legend(handles=handles, fontsize="small", loc="outside lower left", ncols=len(handles))
    above.set(xlabel="x in base_link [m]", ylabel="y in base_link [m]", aspect="equal", title=", ".join(objects))
    numbers = np.arange(1, len(episodes) + 1)
    errors.bar(
        numbers,
        [MM_PER_M * episode.goal_distance for episode in episodes],
        color=[MET if episode.success else MISSED for episode in episodes],
        hatch=["" if episode.success else HATCH for episode in episodes],
    )
    bars = [Patch(color=MET, label="goal met"), Patch(fc=MISSED, hatch=HATCH, label="goal missed")]
    figure.legend(handles=bars, fontsize="small", loc="outside lower right", ncols=len(bars))
    met = sum(episode.success for episode in episodes)
    errors.set(xlabel="episode", ylabel="distance to the goal [mm]", title=f"{met}/{len(episodes)} successes")
    errors.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in (above, errors):
        axes.grid(alpha=0.3)
    return figure
