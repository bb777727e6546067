# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Rest around a capture, from poses that are told ten times a second."""

from __future__ import annotations

import numpy as np
import pytest
from rher_perception.calibration.standstill import Rest, StandstillJudge, StandstillParameters
from rher_perception.geometry import Pose, rotation_from_vector

MS = 1_000_000
PERIOD = 100 * MS


def pose(x: float, turn: float = 0.0) -> Pose:
    return Pose(rotation_from_vector(np.array([0.0, 0.0, turn])), np.array([x, 0.0, 0.3]))


def judge_of(places: list[float], period: int = PERIOD) -> StandstillJudge:
    judge = StandstillJudge(StandstillParameters(before=0.3, after=0.2))
    for k, x in enumerate(places):
        judge.hear(k * period, pose(x))
    return judge


def test_an_arm_that_stands_still_rested_and_its_noise_is_averaged() -> None:
    noise = [0.5 + 0.0001 * (-1) ** k for k in range(10)]
    standing = judge_of(noise).judge(450 * MS)
    assert standing.rest is Rest.RESTED
    assert standing.gripper is not None
    assert abs(standing.gripper.translation[0] - 0.5) < 5e-5


@pytest.mark.parametrize("moved", range(2, 8))
def test_a_motion_close_to_the_capture_counts_whenever_it_was(moved: int) -> None:
    places = [0.5 if k < moved else 0.502 for k in range(12)]
    assert judge_of(places).judge(450 * MS).rest is Rest.MOVED


@pytest.mark.parametrize("moved", [1, 9])
def test_a_motion_long_before_or_after_does_not(moved: int) -> None:
    places = [0.5 if k < moved else 0.502 for k in range(12)]
    assert judge_of(places).judge(450 * MS).rest is Rest.RESTED


def test_a_turn_on_the_spot_is_a_motion() -> None:
    judge = StandstillJudge()
    for k in range(10):
        judge.hear(k * PERIOD, pose(0.5, 0.01 if k > 4 else 0.0))
    assert judge.judge(450 * MS).rest is Rest.MOVED


def test_the_poses_after_a_capture_are_waited_for() -> None:
    judge = judge_of([0.5] * 6)
    assert judge.judge(350 * MS).rest is Rest.NOT_YET
    judge.hear(6 * PERIOD, pose(0.5))
    assert judge.judge(350 * MS).rest is Rest.RESTED


def test_without_poses_or_with_a_gap_nobody_knows() -> None:
    assert StandstillJudge().judge(0).rest is Rest.UNKNOWN
    assert judge_of([0.5] * 10).judge(100 * MS).rest is Rest.UNKNOWN, "nothing was heard before"
    assert judge_of([0.5] * 10, period=400 * MS).judge(2000 * MS).rest is Rest.UNKNOWN


def test_an_old_pose_is_passed_over_and_the_memory_is_bounded() -> None:
    judge = judge_of([0.5] * 200)
    judge.hear(19_000 * MS, pose(0.9))
    assert judge.judge(19_500 * MS).rest is Rest.RESTED
    assert judge.judge(5_000 * MS).rest is Rest.UNKNOWN


@pytest.mark.parametrize(("back", "older"), [(19_000, 0), (500, 2)])
def test_poses_count_again_after_their_stamps_have_gone_back(back: int, older: int) -> None:
    judge = judge_of([0.5] * 200)
    begin = 19_900 - back
    for k in range(10 + older):
        judge.hear(begin * MS + k * PERIOD, pose(0.7))
    standing = judge.judge((begin + 450 + 100 * older) * MS)
    assert standing.rest is Rest.RESTED
    assert standing.gripper is not None
    assert abs(standing.gripper.translation[0] - 0.7) < 1e-9
    assert judge.judge(19_500 * MS).rest is not Rest.RESTED, "the poses before belong to another time"


def test_late_poses_that_come_alone_and_repeated_ones_begin_nothing_anew() -> None:
    judge = judge_of([0.5] * 10)
    for k in range(10, 20):
        for late in (k - 3, k - 1, k - 1):
            judge.hear(late * PERIOD, pose(0.9))
        judge.hear(k * PERIOD, pose(0.5))
    assert judge.judge(1_450 * MS).rest is Rest.RESTED


@pytest.mark.parametrize(
    ("stamp", "told"),
    [
        (-50_000, "a picture is 50.0 s before the arm's first pose; are both on one clock?"),
        (50_000, "a picture is 49.1 s ahead of the arm's newest pose; are both on one clock?"),
    ],
)
def test_a_capture_of_another_clock_is_not_waited_for_and_told(stamp: int, told: str) -> None:
    standing = judge_of([0.5] * 10).judge(stamp * MS)
    assert standing.rest is Rest.UNKNOWN
    assert standing.reason == f"the stamps of camera and arm do not overlap: {told}"


def test_a_capture_that_waits_longer_than_poses_are_apart_is_told() -> None:
    judge = judge_of([0.5] * 10)
    assert judge.judge(1_000 * MS).reason == ""
    standing = judge.judge(1_900 * MS)
    assert standing.rest is Rest.NOT_YET
    assert "a picture is 1.0 s ahead" in standing.reason
    assert StandstillJudge().judge(0).reason == "the arm told no pose"
    assert judge_of([0.5] * 10, period=400 * MS).judge(2000 * MS).reason == "the arm told no pose for 0.4 s"


@pytest.mark.parametrize("field", ["before", "after", "max_shift", "max_turn", "max_gap"])
@pytest.mark.parametrize("value", [0.0, float("nan")])
def test_parameters_out_of_range_are_named(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=field):
        StandstillParameters(**{field: value})
