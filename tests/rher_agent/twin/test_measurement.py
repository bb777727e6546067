# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What went into made-up recordings comes out of the measurement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rher_agent.twin.measurement import Sight, StepTiming, measure_cell, still_spans

PERIOD = 1.0 / 15.0
STEPS = [StepTiming(duration=0.13, age=0.08 + 0.001 * (index % 41)) for index in range(200)]


def sights_of(speed: float, *, noise: float = 0.001, yaw_noise: float = 0.02, count: int = 600) -> list[Sight]:
    """An object that moves along x with a speed [m/s], and turns past half a turn."""
    rng = np.random.default_rng(0)
    return [
        Sight(
            captured=index * PERIOD,
            position=np.array([0.5 + speed * index * PERIOD, 0.1, 0.025]) + rng.normal(0.0, noise, 3),
            yaw=float((np.pi + rng.normal(0.0, yaw_noise)) % (2.0 * np.pi) - np.pi),
        )
        for index in range(count)
    ]


def test_delay_age_and_noise_are_measured():
    measured = measure_cell(STEPS, [sights_of(0.0)])
    assert measured.steps == 200
    assert measured.duration == pytest.approx(0.13)
    assert measured.age_mean == pytest.approx(0.1, abs=1e-3)
    assert measured.still_spans > 20
    assert measured.position_noise == pytest.approx(0.001, rel=0.1)
    assert measured.yaw_noise == pytest.approx(0.02, rel=0.1)


def test_what_moves_is_not_taken_for_noise():
    assert not still_spans(sights_of(0.02, noise=0.0))
    both = measure_cell(STEPS, [sights_of(0.02), sights_of(0.0)])
    assert both.position_noise == pytest.approx(0.001, rel=0.1)


def test_a_move_now_and_then_is_not_taken_for_noise():
    sights = [
        replace(sight, position=sight.position + np.array([0.05 * (index // 37), 0.0, 0.0]))
        for index, sight in enumerate(sights_of(0.0))
    ]
    assert measure_cell(STEPS, [sights]).position_noise == pytest.approx(0.001, rel=0.1)


def test_pictures_that_come_too_seldom_tell_nothing():
    assert not still_spans(sights_of(0.0)[::5])


def test_too_little_is_refused():
    with pytest.raises(ValueError, match="3 steps of a policy with pictures were recorded; allowed: 20 or more"):
        measure_cell(STEPS[:3], [sights_of(0.0)])
    with pytest.raises(ValueError, match="never lay still"):
        measure_cell(STEPS, [sights_of(0.1)])
