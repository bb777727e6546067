# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Answers against the truth: one row for each, one line for each method."""

from __future__ import annotations

import csv
import math
import time
from collections import Counter
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from rher_perception.geometry import rotation_angle

from sight.methods import SLOW, WITHOUT_TAGS, Method
from sight.studio import Stance, View

FLIP = math.radians(20.0)
"""An orientation further off is another answer, not an error of measurement [rad]."""
MILLI = 1e3
DIGITS = 4
"""Of errors in files."""


@dataclass(frozen=True)
class Row:
    """What one method says of one picture."""

    method: str
    cube: str
    """How it lies, see Stance."""
    size: str
    seed: int
    touching: int
    visible: int
    """Tags that nothing hides."""
    ms: float
    """Processor time of the answer."""
    cause: str
    """Why there is no pose; empty when there is one."""
    plane_mm: float
    space_mm: float
    deg: float


@dataclass(frozen=True)
class Summary:
    """What one method says of all pictures; errors as mean, 95th percentile and maximum."""

    method: str
    cube: str
    size: str
    pictures: int
    visible: int
    """Pictures with a tag that nothing hides."""
    seen_of_visible: int
    touched: int
    """Those of them with the tool at the cube."""
    seen_of_touched: int
    hidden: int
    """Pictures without such a tag."""
    seen_of_hidden: int
    seen: int
    flips: int
    ms: float
    plane_mm: list[float]
    space_mm: list[float]
    deg: list[float]
    shared_plane_mm: float
    """95th percentile over the pictures that every method by tags answered, slow ones not asked."""
    refused: dict[str, int]
    """Pictures without an answer although a tag is visible, by cause."""


def ask(name: str, see: Method, view: View, stance: Stance) -> Row:
    """Show a view to a method."""
    began = time.process_time()
    pose, cause = see(view)
    elapsed = MILLI * (time.process_time() - began)
    plane = space = turn = math.nan
    if pose is not None:
        error = pose.translation - view.base_from_cube.translation
        plane, space = MILLI * float(np.linalg.norm(error[:2])), MILLI * float(np.linalg.norm(error))
        turn = math.degrees(rotation_angle(pose.rotation.T @ view.base_from_cube.rotation))
    height, width = view.grey.shape
    plane, space, turn = (round(error, DIGITS) for error in (plane, space, turn))
    touching = int(view.touching)
    return Row(
        name,
        stance.value,
        f"{width}x{height}",
        view.seed,
        touching,
        view.visible,
        round(elapsed, 2),
        cause,
        plane,
        space,
        turn,
    )


def summarise(rows: list[Row], shared: set[int]) -> Summary:
    """Return the line of one method, stance and size; shared are the seeds that every method by tags answered."""
    seen = [row for row in rows if not row.cause]
    visible = [row for row in rows if row.visible]
    touched = [row for row in visible if row.touching]

    def statistics(values: list[float]) -> list[float]:
        if not values:
            return [math.nan] * 3
        return [round(float(np.mean(values)), 3), _percentile(values), round(max(values), 3)]

    return Summary(
        method=rows[0].method,
        cube=rows[0].cube,
        size=rows[0].size,
        pictures=len(rows),
        visible=len(visible),
        seen_of_visible=sum(not row.cause for row in visible),
        touched=len(touched),
        seen_of_touched=sum(not row.cause for row in touched),
        hidden=len(rows) - len(visible),
        seen_of_hidden=len(seen) - sum(not row.cause for row in visible),
        seen=len(seen),
        flips=sum(row.deg > math.degrees(FLIP) for row in seen),
        ms=round(float(np.median([row.ms for row in rows])), 2),
        plane_mm=statistics([row.plane_mm for row in seen]),
        space_mm=statistics([row.space_mm for row in seen]),
        deg=statistics([row.deg for row in seen]),
        shared_plane_mm=_percentile([row.plane_mm for row in seen if row.seed in shared]),
        refused=dict(Counter(row.cause for row in visible if row.cause)),
    )


def summaries(rows: list[Row]) -> list[Summary]:
    """Return the lines of all, in the order in which they first come."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.size, row.cube, row.method), []).append(row)
    shared: dict[tuple[str, str], set[int]] = {}
    for (size, cube, method), group in groups.items():
        answered = {row.seed for row in group if not row.cause}
        if answered and method not in (WITHOUT_TAGS, *SLOW):
            shared[size, cube] = shared.get((size, cube), answered) & answered
    return [summarise(group, shared.get((size, cube), set())) for (size, cube, _), group in groups.items()]


def _percentile(values: list[float]) -> float:
    return round(float(np.percentile(values, 95)), 3) if values else math.nan


def table(lines: list[Summary]) -> str:
    """Return the lines as text."""
    head = (
        f"{'mean/p95/max of':<26}{'cube':<9}{'size':<10}{'answered':<10}{'touched':<9}{'hidden':<9}{'flips':<7}"
        f"{'ms':<8}{'in plane mm':<19}{'in space mm':<19}{'deg':<19}{'shared':<8}refused"
    )
    text = [head]
    for line in lines:
        errors = "".join(
            "/".join(f"{x:.2f}" for x in values).ljust(19) for values in (line.plane_mm, line.space_mm, line.deg)
        )
        answered, touched = f"{line.seen_of_visible}/{line.visible}", f"{line.seen_of_touched}/{line.touched}"
        hidden = f"{line.seen_of_hidden}/{line.hidden}"
        refused = ", ".join(f"{count} {cause}" for cause, count in sorted(line.refused.items()))
        text.append(
            f"{line.method:<26}{line.cube:<9}{line.size:<10}{answered:<10}{touched:<9}{hidden:<9}{line.flips:<7}{line.ms:<8}"
            f"{errors}{line.shared_plane_mm:<8.2f}{refused}".rstrip()
        )
    return "\n".join(text)


def write(rows: list[Row], path: Path) -> None:
    """Write the raw rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def read(path: Path) -> list[Row]:
    """Return the rows of a file."""
    kinds = {field.name: {"int": int, "float": float, "str": str}[str(field.type)] for field in fields(Row)}
    with path.open(newline="") as file:
        return [Row(**{name: kinds[name](text) for name, text in line.items()}) for line in csv.DictReader(file)]
