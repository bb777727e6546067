# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How a run ended: summary.json, and the same in one sentence."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

from rher_agent.runners.reports import RunSummary
from rher_agent.storage.atomic import atomic_write


def write_summary(path: Path, summary: RunSummary) -> None:
    """Write exactly the fields of the summary as JSON; a number that is none (NaN) becomes null.

    Raises:
        OSError: The file cannot be written; the old one is untouched.
    """
    values = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(summary).items()
    }
    atomic_write(path, (json.dumps(values, indent=2, allow_nan=False) + "\n").encode())


def end_sentence(summary: RunSummary, directory: Path) -> str:
    """Return how a run ended and where it is, in one line."""
    spent = f"{summary.episodes} episodes ({summary.env_steps} steps, {summary.wall_s:.0f} s)"
    if summary.interrupted and summary.mode == "train":
        return f"Interrupted after {spent}; go on with output:={directory} resume:=true."
    if summary.mode != "train":
        cut = "Interrupted" if summary.interrupted else "Evaluated"
        count = summary.evaluation_episodes
        met, strict = (
            round(count * rate) if count else 0 for rate in (summary.success_rate, summary.strict_success_rate)
        )
        is_fine = summary.reached_target or summary.interrupted
        missed = "" if is_fine else f", less than the {100.0 * summary.target_success:.0f} % asked for"
        return f"{cut}: {met}/{count} fresh goals met ({strict}/{count} strictly){missed}; saved in {directory}."
    success = (
        f"success {100.0 * summary.success_rate:.1f} % (strict {100.0 * summary.strict_success_rate:.1f} %) "
        f"over {summary.evaluation_episodes} fresh goals"
    )
    outcome = "Target met" if summary.reached_target else "Target not met"
    return f"{outcome} after {spent}: {success}; saved in {directory}."
