# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the runs of a bench came to: one row for each run, and one for each method with median and range over seeds."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from io import StringIO
from pathlib import Path
from statistics import median

import numpy as np

from rher_agent.bench.cell import MEASURED, is_finished
from rher_agent.bench.matrix import Cell
from rher_agent.reporting.episode_table import read_table

LEVELS = (0.5, 0.9, 0.95)
"""Success whose first time is told: of the mean of two successive evaluations."""


@dataclass(frozen=True)
class Row:
    """One run. A level that was not met is infinity."""

    task: str
    label: str
    seed: int
    steps_to_50: float
    """Training steps before the second of the two evaluations."""
    steps_to_90: float
    steps_to_95: float
    env_steps: int
    success: float
    """On the fresh goals of the final evaluation."""
    strict_success: float
    wall_s: float
    updates_per_s: float
    """Per second of training episodes and updates, evaluations left out."""
    peak_memory_mib: float


def read_rows(cells: Sequence[Cell], output: Path) -> list[Row]:
    """Return the rows of all runs that are finished."""
    return [_row(cell, output / cell.folder / cell.name) for cell in cells if is_finished(cell, output)]


def _row(cell: Cell, run: Path) -> Row:
    summary = json.loads((run / "summary.json").read_text())
    measured = json.loads((run / MEASURED).read_text())
    progress = read_table(run / "progress.csv")
    steps_to_50, steps_to_90, steps_to_95 = (
        steps_to(level, progress["env_steps"], progress["success"]) for level in LEVELS
    )
    return Row(
        task=cell.task,
        label=cell.label,
        seed=cell.config.seed,
        steps_to_50=steps_to_50,
        steps_to_90=steps_to_90,
        steps_to_95=steps_to_95,
        env_steps=summary["env_steps"],
        success=summary["success_rate"],
        strict_success=summary["strict_success_rate"],
        wall_s=summary["wall_s"],
        updates_per_s=measured["updates_per_s"],
        peak_memory_mib=measured["peak_memory_mib"],
    )


def steps_to(level: float, env_steps: np.ndarray, success: np.ndarray) -> float:
    """Return the training steps at which two successive evaluations first have a mean of `level`, or infinity."""
    met = np.flatnonzero((success[1:] + success[:-1]) / 2.0 >= level)
    return float(env_steps[met[0] + 1]) if len(met) else math.inf


def as_csv(rows: Sequence[Row]) -> str:
    """Return all runs as CSV; a level that was not met is empty."""
    names = [item.name for item in fields(Row)]
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        values = [getattr(row, name) for name in names]
        writer.writerow(["" if value == math.inf else value for value in values])
    return text.getvalue()


def as_markdown(rows: Sequence[Row]) -> str:
    """Return median and range over the seeds of every method on every task, as a Markdown table."""
    columns: list[tuple[str, Callable[[Row], float], str]] = [
        ("steps to 50 %", lambda row: row.steps_to_50, ",.0f"),
        ("to 90 %", lambda row: row.steps_to_90, ",.0f"),
        ("to 95 %", lambda row: row.steps_to_95, ",.0f"),
        ("success", lambda row: row.success, ".3f"),
        ("strict", lambda row: row.strict_success, ".3f"),
        ("wall time [s]", lambda row: row.wall_s, ",.0f"),
        ("updates/s", lambda row: row.updates_per_s, ",.0f"),
        ("peak memory [MiB]", lambda row: row.peak_memory_mib, ",.0f"),
    ]
    lines = [
        "| " + " | ".join(("task", "method", "seeds", *(name for name, _, _ in columns))) + " |",
        "|" + "---|" * (3 + len(columns)),
    ]
    for task, label in dict.fromkeys((row.task, row.label) for row in rows):
        group = [row for row in rows if (row.task, row.label) == (task, label)]
        cells = [_spread([value(row) for row in group], form) for _, value, form in columns]
        lines.append("| " + " | ".join((task, label, str(len(group)), *cells)) + " |")
    return "\n".join(lines) + "\n"


def _spread(values: Sequence[float], form: str) -> str:
    """Return median and range; - stands for what was not met."""

    def text(value: float) -> str:
        return format(value, form) if math.isfinite(value) else "-"

    middle, low, high = median(values), min(values), max(values)
    return text(middle) if text(low) == text(high) else f"{text(middle)} ({text(low)} to {text(high)})"
