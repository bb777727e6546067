# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Control periods in servo ticks: their length, their tags and what was executed in them."""

from __future__ import annotations

import numpy as np
import pytest
from rher_robot_driver.ur.control_period import ControlPeriods, PeriodEnd
from rher_robot_driver.ur.protocol import Move
from transforms3d.axangles import axangle2mat

FORWARD = (0.1, 0.0, 0.0, 0.0, 0.0, 0.0)


def pose_at(distance: float, angle: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    return np.array((distance, 0.0, 0.0)), axangle2mat((0.0, 0.0, 1.0), angle)


def ticks_to_end(periods: ControlPeriods) -> int:
    for tick in range(1, 1000):
        if periods.add(pose_at(0.0), (), stopped=False) is not None:
            return tick
    raise AssertionError("no period ended")


def test_nothing_ends_before_a_move() -> None:
    periods = ControlPeriods(0.1, 0.002)
    assert all(periods.add(pose_at(0.0), (), stopped=False) is None for _ in range(200))


def test_a_period_ends_exactly_after_its_ticks_and_again_each_period() -> None:
    periods = ControlPeriods(0.1, 0.002)
    assert periods.begin(Move(4, 2, FORWARD), pose_at(0.0)) is None
    assert [ticks_to_end(periods) for _ in range(3)] == [50, 50, 50]


def test_at_125_hz_periods_alternate_and_do_not_drift() -> None:
    periods = ControlPeriods(0.1, 0.008)
    lengths = []
    for step in range(1, 101):
        periods.begin(Move(1, step, FORWARD), pose_at(0.0))
        lengths.append(ticks_to_end(periods))
    assert set(lengths) == {12, 13}
    assert sum(lengths) * 0.008 == pytest.approx(10.0, abs=0.008)


def test_a_free_motion_reports_the_twist_asked_for() -> None:
    periods = ControlPeriods(0.1, 0.002)
    periods.begin(Move(4, 2, FORWARD), pose_at(0.0))
    end = None
    for _ in range(50):
        end = periods.add(pose_at(0.123), (), stopped=False)
    assert end == PeriodEnd(4, 2, FORWARD, clipped=False, stopped=False, limited_by=())


def test_a_limited_motion_reports_the_mean_twist_and_every_limit_once() -> None:
    periods = ControlPeriods(0.1, 0.002)
    periods.begin(Move(4, 2, FORWARD, changed="step_cap"), pose_at(1.0, 0.3))
    end = None
    for tick in range(1, 51):
        limits = ("box", "speed") if tick % 2 else ("speed",)
        end = periods.add(pose_at(1.0 + 0.0001 * tick, 0.3 - 0.0002 * tick), limits, stopped=False)
    assert end is not None
    assert end.limited_by == ("step_cap", "box", "speed")
    assert end.clipped
    np.testing.assert_allclose(end.executed_twist, (0.05, 0.0, 0.0, 0.0, 0.0, -0.1), atol=1e-9)


def test_admission_that_changed_the_command_counts_as_clipped() -> None:
    periods = ControlPeriods(0.1, 0.05)
    periods.begin(Move(1, 1, FORWARD, changed="step_cap"), pose_at(0.0))
    periods.add(pose_at(0.0), (), stopped=False)
    end = periods.add(pose_at(0.0), (), stopped=False)
    assert end is not None
    assert (end.clipped, end.limited_by, end.executed_twist) == (True, ("step_cap",), FORWARD)


def test_a_stop_in_one_tick_marks_its_period_and_no_other() -> None:
    periods = ControlPeriods(0.1, 0.02)
    periods.begin(Move(1, 1, FORWARD), pose_at(0.0))
    ends = [periods.add(pose_at(0.0), (), stopped=tick == 2) for tick in range(10)]
    assert [end.stopped for end in ends if end is not None] == [True, False]


def test_an_early_move_ends_the_running_period() -> None:
    periods = ControlPeriods(0.1, 0.002)
    periods.begin(Move(1, 1, FORWARD), pose_at(0.0))
    for tick in range(1, 26):
        periods.add(pose_at(0.001 * tick), ("speed",), stopped=False)
    cut = periods.begin(Move(1, 2, FORWARD), pose_at(0.025))
    assert cut is not None
    assert (cut.episode, cut.step) == (1, 1)
    assert cut.executed_twist[0] == pytest.approx(0.5)
    assert ticks_to_end(periods) == 50


def test_a_move_after_its_predecessors_period_cuts_nothing() -> None:
    periods = ControlPeriods(0.1, 0.002)
    periods.begin(Move(1, 1, FORWARD), pose_at(0.0))
    assert ticks_to_end(periods) == 50
    for _ in range(3):
        periods.add(pose_at(0.0), (), stopped=False)
    assert periods.begin(Move(1, 2, FORWARD), pose_at(0.0)) is None
    assert ticks_to_end(periods) == 50


def test_a_control_period_shorter_than_a_tick_is_refused() -> None:
    with pytest.raises(ValueError, match=r"control_period is 0\.001 s; allowed: at least the servo period, 0\.002 s"):
        ControlPeriods(0.001, 0.002)
