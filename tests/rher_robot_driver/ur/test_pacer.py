# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Deadlines: absolute, never made up for, and told truthfully. No bound here depends on how busy the machine is."""

from __future__ import annotations

import time

import pytest
from rher_robot_driver.ur.pacer import Pacer

PERIOD = 0.004


def test_no_return_comes_before_its_deadline_and_none_drifts() -> None:
    begun = time.monotonic()
    pacer = Pacer(PERIOD)
    elapsed = [pacer.wait() for _ in range(50)]
    statistics = pacer.statistics
    assert time.monotonic() - begun >= (50 + statistics.late_ticks) * PERIOD
    assert statistics.ticks == 50
    assert statistics.period_mean == pytest.approx(sum(elapsed) / 50)
    assert statistics.period_longest == max(elapsed)
    # A row of deadlines that drifted would end later than its last deadline by more than its last lateness.
    assert sum(elapsed) < (50 + statistics.late_ticks + 1) * PERIOD + max(elapsed)


def test_missed_deadlines_are_counted_and_left_out() -> None:
    pacer = Pacer(PERIOD)
    pacer.wait()
    blocked_until = time.monotonic() + 5.5 * PERIOD
    while time.monotonic() < blocked_until:
        pass
    elapsed = pacer.wait()
    assert elapsed >= 5.5 * PERIOD
    assert pacer.statistics.late_ticks >= 4
    assert pacer.statistics.ticks == 2


def test_a_restart_forgets() -> None:
    pacer = Pacer(PERIOD)
    pacer.wait()
    pacer.restart()
    assert pacer.statistics.ticks == 0
    assert pacer.statistics.period_deviation == 0.0
