# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One tick for each cycle of the controller, never two in one, and none made up for. No bound depends on the load."""

from __future__ import annotations

import time

import numpy as np
import pytest
from rher_robot_driver.ur.pacer import SPACING, Pacer

PERIOD = 0.004


class Controller:
    """Its time goes by the machine's clock, in whole cycles, and may run slow or stand still."""

    def __init__(self, share: float = 1.0) -> None:
        self.share = share
        self.begun = time.monotonic()

    def timestamp(self) -> float:
        return int((time.monotonic() - self.begun) * self.share / PERIOD) * PERIOD

    def cycles(self) -> int:
        return round(self.timestamp() / PERIOD)


@pytest.mark.parametrize("share", [1.0, 0.7, 1.4])
def test_every_cycle_has_its_tick_or_is_counted(share: float) -> None:
    controller = Controller(share)
    pacer = Pacer(PERIOD, controller.timestamp)
    first = controller.cycles()
    ticks = [pacer.wait() for _ in range(60)]
    passed = controller.cycles() - first
    new = sum(tick.is_new for tick in ticks)
    assert new + pacer.statistics.late_ticks <= passed + 1
    assert new + pacer.statistics.late_ticks >= passed - 2
    assert min(tick.elapsed for tick in ticks) >= SPACING * PERIOD - 1e-4
    assert pacer.statistics.ticks == 60


def test_no_cycle_gets_two_setpoints_however_late_we_are() -> None:
    controller = Controller()
    pacer = Pacer(PERIOD, controller.timestamp)
    rng = np.random.default_rng(0)
    cycles = []
    for _ in range(150):
        if not pacer.wait().may_move:
            continue
        busy_until = time.monotonic() + rng.choice((0.0, 0.0, 0.5, 0.9, 1.3)) * PERIOD
        while time.monotonic() < busy_until:
            pass
        cycles.append(controller.cycles())
        pacer.sent()
    assert len(cycles) > 60
    assert len(set(cycles)) == len(cycles)


def test_a_clock_that_jumps_is_followed_again() -> None:
    controller = Controller()
    pacer = Pacer(PERIOD, controller.timestamp)
    for jump in (-0.5, 0.5):
        for _ in range(30):
            pacer.wait()
            pacer.sent()
        controller.begun += jump
    assert [pacer.wait().may_move for _ in range(60)].count(True) > 20


def test_a_silent_controller_gives_ticks_that_are_not_new() -> None:
    pacer = Pacer(PERIOD, lambda: 5.0)
    ticks = [pacer.wait() for _ in range(5)]
    assert not any(tick.is_new or tick.may_move for tick in ticks)
    assert min(tick.elapsed for tick in ticks) >= 2.0 * PERIOD


def test_cycles_that_passed_while_we_were_late_are_counted_and_left_out() -> None:
    controller = Controller()
    pacer = Pacer(PERIOD, controller.timestamp)
    pacer.wait()
    blocked_until = time.monotonic() + 5.5 * PERIOD
    while time.monotonic() < blocked_until:
        pass
    tick = pacer.wait()
    assert tick.is_new
    assert tick.elapsed >= 5.5 * PERIOD
    assert pacer.statistics.late_ticks >= 4
    assert pacer.statistics.ticks == 2


def test_the_statistics_are_those_of_the_ticks() -> None:
    pacer = Pacer(PERIOD, Controller().timestamp)
    elapsed = [pacer.wait().elapsed for _ in range(50)]
    statistics = pacer.statistics
    mean = sum(elapsed) / 50
    assert statistics.period_mean == pytest.approx(mean)
    assert statistics.period_deviation == pytest.approx((sum((x - mean) ** 2 for x in elapsed) / 50) ** 0.5)
    assert statistics.period_longest == max(elapsed)
    # Of 50 periods the 99th percentile is the longest, to a fiftieth of a period.
    assert statistics.period_p99 == pytest.approx(min(max(elapsed), 4.02 * PERIOD), abs=PERIOD / 50)
    pacer.restart()
    assert pacer.statistics.ticks == 0
    assert pacer.statistics.period_deviation == 0.0
