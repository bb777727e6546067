# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The way to a pose by twists, on an arm that trails its commands."""

from __future__ import annotations

import numpy as np
import pytest
from rher_perception.calibration.approach import END_ANGLE, END_DISTANCE, Approach, ApproachError
from rher_perception.calibration.tool_orientation import ToolPose
from rher_perception.geometry import Pose, rotation_angle, rotation_from_vector

PERIOD = 0.1
SPEED, TURN_SPEED = 0.1, 0.4
START = ToolPose(np.array([0.5, 0.0, 0.2]), np.zeros(2), 0.2)
GOAL = ToolPose(np.array([0.42, 0.1, 0.26]), np.array([0.3, -0.3]), -0.5)


def test_the_arm_gets_there_within_its_speeds_though_it_trails() -> None:
    approach = Approach(GOAL, SPEED, TURN_SPEED, PERIOD)
    pose, executed = START.pose, np.zeros(6)
    steps = 0
    while (twist := approach.next_twist(ToolPose.of(pose))) is not None:
        steps += 1
        assert np.linalg.norm(twist[:3]) <= SPEED + 1e-9
        assert np.linalg.norm(twist[3:]) <= TURN_SPEED + 1e-6
        executed = 0.5 * executed + 0.5 * twist
        turned = rotation_from_vector(PERIOD * executed[3:]) @ pose.rotation
        pose = Pose(turned, pose.translation + PERIOD * executed[:3])
    assert 20 < steps < 80
    assert np.linalg.norm(pose.translation - GOAL.position) <= END_DISTANCE
    assert rotation_angle(pose.rotation.T @ GOAL.rotation) <= END_ANGLE


def test_an_arm_that_does_not_move_is_given_up() -> None:
    approach = Approach(GOAL, SPEED, TURN_SPEED, PERIOD)
    with pytest.raises(ApproachError, match=r"no progress for 2.0 s at \[0.5, 0.0, 0.2\] m on the way to"):
        for _ in range(30):
            approach.next_twist(START)


def test_a_pose_that_is_reached_needs_nothing() -> None:
    assert Approach(GOAL, SPEED, TURN_SPEED, PERIOD).next_twist(GOAL) is None
