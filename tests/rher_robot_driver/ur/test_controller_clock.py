# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Setpoints against the controller's own time."""

from __future__ import annotations

import numpy as np
import pytest
from rher_robot_driver.ur.controller_clock import MAX_LEAD, ControllerClock

PERIOD = 0.002


def sent_over(clock: ControllerClock, stamps: np.ndarray) -> int:
    """Offer one setpoint after each timestamp [s]; return how many were sent."""
    count = 0
    for stamp in stamps:
        clock.passed(float(stamp))
        count += clock.may_send()
    return count


def clock_at(timestamp: float) -> ControllerClock:
    clock = ControllerClock(PERIOD)
    clock.restart(timestamp)
    return clock


def test_a_controller_in_step_never_makes_the_path_wait() -> None:
    clock = clock_at(10.0)
    assert sent_over(clock, 10.0 + PERIOD * np.arange(1, 1001)) == 1000
    assert clock.waits == 0


def test_jitter_of_a_cycle_makes_nothing_wait() -> None:
    clock = clock_at(10.0)
    seen = np.arange(1, 1001) + np.random.default_rng(0).integers(-1, 1, 1000)
    assert sent_over(clock, 10.0 + PERIOD * np.maximum.accumulate(seen)) == 1000


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_slower_controller_gets_no_more_setpoints_than_it_has_cycles(share: float) -> None:
    clock = clock_at(10.0)
    sent = sent_over(clock, 10.0 + share * PERIOD * np.arange(1, 5001))
    assert 5000 * share - 1 <= sent <= 5000 * share + MAX_LEAD
    assert clock.waits == 5000 - sent


def test_a_silent_controller_gets_none() -> None:
    clock = clock_at(10.0)
    assert sent_over(clock, np.full(100, 10.0)) == MAX_LEAD


def test_time_that_we_lost_gives_no_credit() -> None:
    clock = clock_at(10.0)
    clock.passed(11.0)
    assert sent_over(clock, np.full(100, 11.0)) == MAX_LEAD
