# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From what a cell did to numbers that a simulator can be given: how late it acts and sees, and how noisily."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rher_agent.worlds.state import Vector

SPAN = 1.0
"""Length of the stretches in which an object may count as still [s]."""
FEWEST = 12
"""Pictures that such a stretch must have."""
STILL = 0.0001
"""Between the means of both halves of a stretch in which the object lay still, at most, but for noise [m]."""
STILL_TURN = 0.001
"""The same of its yaw [rad]."""
CHANCE = 2.5
"""Standard deviations by which noise alone may part those means. What moves steadily parts them by 3 or more."""
LEAST_STEPS = 20
"""Steps below which nothing is told of a cell's timing."""


@dataclass(frozen=True)
class StepTiming:
    """One step of the policy."""

    duration: float
    """From the state on which it was decided to the state at its end [s]."""
    age: float
    """Age of the newest picture when that state was heard [s]; NaN before the first."""


@dataclass(frozen=True, eq=False)
class Sight:
    """One object in one picture, tracked."""

    captured: float
    """[s]"""
    position: Vector
    """[m] in base_link, shape (3,)."""
    yaw: float
    """[rad]"""


@dataclass(frozen=True)
class CellMeasurement:
    """What was measured."""

    steps: int
    """Of the policy."""
    duration: float
    """Median duration of a step [s]; the control period, and what state and command take on their way."""
    age_mean: float
    """Mean age of what was seen at the end of a step [s]."""
    age_p95: float
    """[s]"""
    still_spans: int
    """Stretches of SPAN in which the object lay still."""
    position_noise: float
    """Standard deviation along x and along y [m]."""
    yaw_noise: float
    """Standard deviation about the vertical [rad]."""


def measure_cell(steps: Sequence[StepTiming], recordings: Iterable[Sequence[Sight]]) -> CellMeasurement:
    """Measure a cell.

    Args:
        steps: Of the policy.
        recordings: What was seen of the object in each recording, in order.

    Raises:
        ValueError: There is too little to tell.
    """
    ages = np.array([step.age for step in steps if np.isfinite(step.age)])
    if len(ages) < LEAST_STEPS:
        raise ValueError(f"{len(ages)} steps of a policy with pictures were recorded; allowed: {LEAST_STEPS} or more")
    spans = [span for sights in recordings for span in still_spans(sights)]
    if not spans:
        raise ValueError(
            f"the object never lay still for {SPAN:g} s of {FEWEST} pictures or more; allowed: recordings where it did"
        )
    variances = np.array([_variances(span) for span in spans])
    # Not their mean: a move near the end of a stretch is taken for noise, and would be most of it.
    noise, yaw_noise = np.sqrt(np.median(variances, axis=0)).tolist()
    return CellMeasurement(
        steps=len(steps),
        duration=float(np.median([step.duration for step in steps])),
        age_mean=float(ages.mean()),
        age_p95=float(np.percentile(ages, 95.0)),
        still_spans=len(spans),
        position_noise=noise,
        yaw_noise=yaw_noise,
    )


def still_spans(sights: Sequence[Sight]) -> list[Sequence[Sight]]:
    """Return the stretches of SPAN in which the object lay still."""
    spans, start = [], 0
    for end in range(len(sights)):
        if sights[end].captured - sights[start].captured < SPAN:
            continue
        span, start = sights[start:end], end
        if len(span) >= FEWEST and _is_still(span):
            spans.append(span)
    return spans


def _is_still(span: Sequence[Sight]) -> bool:
    half = len(span) // 2
    positions, yaws = _arrays(span)
    by_chance = CHANCE * math.sqrt(2.0 / half)
    moved = np.linalg.norm(positions[:half].mean(axis=0) - positions[half:].mean(axis=0))
    turned = abs(yaws[:half].mean() - yaws[half:].mean())
    allowed = max(STILL, by_chance * math.sqrt(positions.var(axis=0).mean()))
    return bool(moved < allowed and turned < max(STILL_TURN, by_chance * yaws.std()))


def _variances(span: Sequence[Sight]) -> tuple[float, float]:
    """Return the variance along one horizontal axis [m^2] and that of the yaw [rad^2]."""
    positions, yaws = _arrays(span)
    return float(positions.var(axis=0, ddof=1).mean()), float(yaws.var(ddof=1))


def _arrays(span: Sequence[Sight]) -> tuple[Vector, Vector]:
    """Return horizontal positions (n, 2) and unwrapped yaws (n,)."""
    return np.array([sight.position[:2] for sight in span]), np.unwrap([sight.yaw for sight in span])
