# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import pytest
from rher_sim_bridge.ros.pacer import Pacer

PERIOD = 100_000_000


def test_factor_zero_never_waits():
    pacer = Pacer(0.0)
    assert all(pacer.delay(step * PERIOD, 0) == 0.0 for step in range(5))


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_simulated_time_keeps_the_factor(factor):
    pacer = Pacer(factor)
    wall_ns = 5_000_000_000
    begun = wall_ns
    for step in range(50):
        wall_ns += 3_000_000  # the work of a step
        wall_ns += round(pacer.delay(step * PERIOD, wall_ns) * 1e9)
    assert wall_ns - begun == pytest.approx(49 * PERIOD / factor + 3_000_000, abs=10)


def test_short_delay_is_caught_up():
    pacer = Pacer(1.0)
    assert pacer.delay(0, 0) == 0.0
    assert pacer.delay(PERIOD, 5 * PERIOD) == 0.0
    assert pacer.delay(6 * PERIOD, 5 * PERIOD) == pytest.approx(0.1)


def test_long_pause_is_not_caught_up():
    pacer = Pacer(1.0)
    pacer.delay(0, 0)
    pause = 100 * PERIOD
    assert pacer.delay(PERIOD, pause) == 0.0
    assert pacer.delay(2 * PERIOD, pause) == pytest.approx(0.1)


def test_the_time_of_a_reset_is_not_waited_for():
    pacer = Pacer(0.1)
    assert pacer.delay(0, 0) == 0.0
    reset = 15 * PERIOD
    pacer.restart()
    assert pacer.delay(reset + PERIOD, PERIOD) == 0.0
    assert pacer.delay(reset + 2 * PERIOD, PERIOD) == pytest.approx(1.0)


@pytest.mark.parametrize("factor", [-1.0, 0.02, 0.0999, float("nan"), float("inf")])
def test_factor_must_be_a_pace(factor):
    with pytest.raises(ValueError, match=r"real_time_factor is .*; allowed: 0"):
        Pacer(factor)
