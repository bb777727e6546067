# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Stamps of a camera's own clock on this computer's clock."""

from __future__ import annotations

import numpy as np
from rher_perception.camera.capture_clock import CaptureClock

OFFSET = 1_700_000_000_000_000_000
LEAST_DELAY = 4_000_000
PERIOD = 33_333_333


def test_jitter_of_the_transport_does_not_pass_into_the_stamps() -> None:
    jitter = np.random.default_rng(0).integers(0, 20_000_000, 200)
    jitter[0] = 0
    clock = CaptureClock()
    mapped = [clock.map(k * PERIOD, k * PERIOD + OFFSET + LEAST_DELAY + int(late)) for k, late in enumerate(jitter)]
    assert mapped == [k * PERIOD + OFFSET + LEAST_DELAY for k in range(200)]


def test_a_drifting_clock_is_followed() -> None:
    clock, drift = CaptureClock(), 50e-6
    for k in range(10_000):
        arrival = OFFSET + k * PERIOD
        mapped = clock.map(round(k * PERIOD * (1.0 - drift)), arrival)
        assert abs(mapped - arrival) < 1_000_000
