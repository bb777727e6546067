# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that must not count as a new look at the world."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from rher_perception.tracking.frame_guard import FrameGuard, FrameGuardParameters, FrameVerdict

RNG = np.random.default_rng(0)


def picture() -> np.ndarray:
    return RNG.integers(30, 200, (48, 64), dtype=np.uint8)


def test_new_pictures_with_later_stamps_are_fresh() -> None:
    guard = FrameGuard()
    assert [guard.check(stamp, picture()) for stamp in (1, 2, 5)] == [FrameVerdict.FRESH] * 3


def test_a_stamp_that_does_not_advance_is_named() -> None:
    guard, last = FrameGuard(), picture()
    guard.check(10, last)
    assert guard.check(10, last.copy()) is FrameVerdict.REPEATED
    assert guard.check(10, picture()) is FrameVerdict.OTHER_PIXELS
    assert guard.check(9, last) is FrameVerdict.OLDER_STAMP
    assert guard.check(10, last) is FrameVerdict.REPEATED
    assert guard.check(11, picture()) is FrameVerdict.FRESH


def test_a_picture_far_older_than_the_last_begins_anew() -> None:
    guard = FrameGuard(FrameGuardParameters(restart_gap=0.5))
    guard.check(10**9, picture())
    assert guard.check(5 * 10**8, picture()) is FrameVerdict.OLDER_STAMP
    assert guard.check(5 * 10**8 - 1, picture()) is FrameVerdict.RESTARTED


def test_several_older_pictures_in_a_row_begin_anew_and_single_late_ones_do_not() -> None:
    guard = FrameGuard(FrameGuardParameters(restart_pictures=3))
    for stamp in range(100, 200, 10):
        assert guard.check(stamp, picture()) is FrameVerdict.FRESH
        assert guard.check(stamp - 1, picture()) is FrameVerdict.OLDER_STAMP
        assert guard.check(stamp - 2, picture()) is FrameVerdict.OLDER_STAMP
    waiting = picture()
    assert [guard.check(150, waiting) for _ in range(2)] == [FrameVerdict.RESTARTED] * 2
    guard.reset()
    assert guard.check(150, waiting) is FrameVerdict.FRESH


def test_the_same_pixels_with_a_new_stamp_are_frozen_until_they_change() -> None:
    guard, same = FrameGuard(), picture()
    assert guard.check(1, same) is FrameVerdict.FRESH
    assert guard.check(2, same.copy()) is FrameVerdict.FROZEN
    assert guard.check(3, same) is FrameVerdict.FROZEN
    changed = same.copy()
    changed[7, 9] ^= 1
    assert guard.check(4, changed) is FrameVerdict.FRESH


def test_a_simulation_without_noise_may_repeat_its_pixels() -> None:
    guard, same = FrameGuard(FrameGuardParameters(same_pixels_allowed=True)), picture()
    assert [guard.check(stamp, same) for stamp in (1, 2)] == [FrameVerdict.FRESH] * 2


def test_black_and_saturated_pictures_are_told_apart() -> None:
    guard = FrameGuard()
    assert guard.check(1, RNG.integers(0, 8, (48, 64), dtype=np.uint8)) is FrameVerdict.BLACK
    assert guard.check(2, np.full((48, 64), 255, np.uint8)) is FrameVerdict.SATURATED
    assert guard.check(3, np.zeros((0, 0), np.uint8)) is FrameVerdict.BLACK


def test_a_camera_started_anew_may_begin_at_an_earlier_stamp() -> None:
    guard, same = FrameGuard(), picture()
    guard.check(100, same)
    guard.reset()
    assert guard.check(1, same) is FrameVerdict.FRESH


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("black_level", 300.0),
        ("white_level", 0),
        ("max_saturated", 0.0),
        ("restart_gap", math.nan),
        ("restart_pictures", 0),
    ],
)
def test_parameters_out_of_range_are_named(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        FrameGuardParameters(**{field: value})
