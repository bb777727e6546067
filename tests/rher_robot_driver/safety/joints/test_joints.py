# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Each link of the joints alone, and the guard."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.configuration import ArmConfiguration
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.kinematics.differential_ik import DifferentialIk
from rher_robot_driver.safety.joints.joint_acceleration import JointAcceleration
from rher_robot_driver.safety.joints.joint_guard import JOINT_ACCELERATION, JOINT_LIMIT, JOINT_SPEED, JointGuard
from rher_robot_driver.safety.joints.joint_margin import JointMargin
from rher_robot_driver.safety.joints.joint_speed import JointSpeed
from rher_robot_driver.safety.joints.singularity import SingularitySlowDown, SingularityStop

UR5E = UR_ARMS["ur5e"]
ELBOW_UP = np.array((0.0, -1.2, 1.8, -2.2, -math.pi / 2.0, 0.0))
SIX = (1.0,) * 6
STILL = (0.0,) * 6
DT, MOST = 0.01, 40.0


@pytest.fixture
def arm() -> ArmConfiguration:
    return DifferentialIk(ArmKinematics(UR5E, 0.15)).at(ELBOW_UP)


def test_the_fastest_joint_sets_the_share(arm: ArmConfiguration) -> None:
    link = JointSpeed((1.0, 1.0, 1.0, 2.0, 2.0, 2.0))
    assert link.share(arm, (1.0, -1.0, 0.0, 2.0, 0.0, 0.0)) == 1.0
    assert link.share(arm, (1.0, -4.0, 0.0, 6.0, 0.0, 0.0)) == pytest.approx(0.25)
    assert link.count == 1


def test_a_joint_near_its_limit_may_use_what_is_left_over_the_time(arm: ArmConfiguration) -> None:
    link = JointMargin((ELBOW_UP - 1.0).tolist(), (ELBOW_UP + 0.05).tolist(), 0.1)
    assert link.share(arm, (-5.0,) * 6) == 1.0, "towards the far limit"
    assert link.share(arm, (0.5, 0.0, 0.0, 0.0, 0.0, 0.0)) == 1.0
    assert link.share(arm, (1.0, 0.0, 2.0, 0.0, 0.0, 0.0)) == pytest.approx(0.25)
    assert link.count == 1
    beyond = JointMargin((ELBOW_UP - 1.0).tolist(), (ELBOW_UP - 0.1).tolist(), 0.1)
    assert beyond.share(arm, (0.1, 0.0, 0.0, 0.0, 0.0, 0.0)) == 0.0
    assert beyond.share(arm, (-0.1,) * 6) == 1.0, "the way back is free"


def test_only_what_lowers_the_manipulability_is_slowed(arm: ArmConfiguration) -> None:
    link = SingularitySlowDown(arm.manipulability + 0.1, arm.manipulability - 0.1, 0.1)
    speeds = (0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    rate = arm.manipulability_rate(speeds)
    worse = tuple(-math.copysign(5.0, rate) * speed for speed in speeds)
    assert link.share(arm, [-speed for speed in worse]) == 1.0
    assert link.share(arm, worse) * 5.0 * abs(rate) == pytest.approx(0.1 / 2.0 / 0.1)
    assert SingularitySlowDown(arm.manipulability, 0.01, 0.1).share(arm, worse) == 1.0, "above the band"


def test_a_singular_pose_asks_for_a_stop_only_on_the_way_in() -> None:
    stop = SingularityStop(0.1)
    stop.reset(0.2)
    assert [stop.check(value) for value in (0.15, 0.11, 0.099, 0.098, 0.098, 0.099)] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


def test_a_change_that_the_joints_cannot_follow_is_shared_out(arm: ArmConfiguration) -> None:
    link, change = JointAcceleration(MOST), (0.05, 0.0, 0.0, 0.0, 0.0, 0.0)
    needed = max(map(abs, arm.joint_speeds(change))) / DT
    assert link.share(arm, change, DT) == 1.0
    tenfold = tuple(100.0 * part for part in change)
    assert link.share(arm, tenfold, DT) == pytest.approx(MOST / (100.0 * needed))
    assert link.count == 1


@pytest.mark.parametrize(
    ("q", "speeds", "before", "reason"),
    [
        (STILL, STILL, STILL, ""),
        (STILL, (0.4, 0.0, 0.0, 0.0, 0.0, 0.0), STILL, ""),
        (STILL, (0.5, 0.0, 0.0, 0.0, 0.0, 0.0), STILL, JOINT_ACCELERATION),
        (STILL, (0.0, 0.0, 0.0, 0.0, 0.0, -3.2), (0.0, 0.0, 0.0, 0.0, 0.0, -3.1), JOINT_SPEED),
        (STILL, (math.nan, 0.0, 0.0, 0.0, 0.0, 0.0), STILL, JOINT_SPEED),
        ((6.25, 0.0, 0.0, 0.0, 0.0, 0.0), (0.5, 0.0, 0.0, 0.0, 0.0, 0.0), (0.5, *STILL[1:]), ""),
        ((6.28, 0.0, 0.0, 0.0, 0.0, 0.0), (0.5, 0.0, 0.0, 0.0, 0.0, 0.0), (0.5, *STILL[1:]), JOINT_LIMIT),
        ((6.28, 0.0, 0.0, 0.0, 0.0, 0.0), (-0.5, 0.0, 0.0, 0.0, 0.0, 0.0), (-0.5, *STILL[1:]), ""),
    ],
)
def test_the_guard_names_what_would_break(
    q: tuple[float, ...], speeds: tuple[float, ...], before: tuple[float, ...], reason: str
) -> None:
    guard = JointGuard(UR5E, MOST, DT)
    assert guard.breach(q, speeds, before) == reason
    assert guard.count == bool(reason)


@given(
    q=st.lists(st.floats(-6.28, 6.28), min_size=6, max_size=6),
    speeds=st.lists(st.floats(-3.14, 3.14), min_size=6, max_size=6),
)
def test_a_stop_from_whatever_passed_breaks_no_limit(q: list[float], speeds: list[float]) -> None:
    guard = JointGuard(UR5E, MOST, DT)
    if guard.breach(q, speeds, speeds):
        return
    at, before = np.array(q) + DT * np.array(speeds), np.array(speeds)
    while before.any():
        after = np.array(guard.brake(before.tolist()))
        assert np.abs(after - before).max() <= MOST * DT * (1.0 + 1e-9)
        assert (after * before >= 0.0).all()
        at, before = at + DT * after, after
        assert (np.abs(at) <= 2.0 * math.pi).all()


def test_links_refuse_wrong_parameters() -> None:
    with pytest.raises(ValueError, match="limits is"):
        JointSpeed((1.0, 0.0))
    with pytest.raises(ValueError, match="lower is"):
        JointMargin(SIX, SIX, 1.0)
    with pytest.raises(ValueError, match="time is 0"):
        JointMargin(STILL, SIX, 0.0)
    with pytest.raises(ValueError, match="slow is"):
        SingularitySlowDown(0.1, 0.2, 1.0)
    with pytest.raises(ValueError, match="time is -1"):
        SingularitySlowDown(0.2, 0.1, -1.0)
    with pytest.raises(ValueError, match="limit is 0"):
        JointAcceleration(0.0)
