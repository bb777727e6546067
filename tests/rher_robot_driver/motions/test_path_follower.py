# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The follower steering an arm that trails its commands, and arms that do not come along."""

from __future__ import annotations

import numpy as np
import pytest
from rher_robot_driver.kinematics.orientation import orientation_error
from rher_robot_driver.motions.path import MotionFailedError, Pose
from rher_robot_driver.motions.path_follower import PathFollower
from rher_robot_driver.motions.reset_motion import TOOL_DOWN
from transforms3d.axangles import axangle2mat

PERIOD = 0.1
SPEED = 0.1
ANGULAR_SPEED = 0.5
LONGEST = 600
"""Control periods; far more than any path here takes."""


class TrailingArm:
    """Does in each period what it was told in the one before: a lag longer than a real arm's."""

    def __init__(self, pose: Pose) -> None:
        self.pose = pose
        self.speed = 0.0
        self._next = np.zeros(6)

    def move(self, twist: np.ndarray) -> None:
        now, self._next = self._next, twist
        angle = float(np.linalg.norm(now[3:])) * PERIOD
        turned = self.pose.rotation
        if angle > 0.0:
            turned = axangle2mat(now[3:], angle) @ turned
        self.pose = Pose(self.pose.position + PERIOD * now[:3], turned)
        self.speed = float(np.linalg.norm(now[:3]))


def follow(corners, arm):
    follower = PathFollower(corners, SPEED, ANGULAR_SPEED, PERIOD)
    visited = []
    for _ in range(LONGEST):
        twist = follower.next_twist(arm.pose, arm.speed)
        if twist is None:
            return visited
        assert np.linalg.norm(twist[:3]) <= SPEED + 1e-12
        assert np.linalg.norm(twist[3:]) <= ANGULAR_SPEED + 1e-12
        arm.move(twist)
        visited.append(arm.pose)
    raise AssertionError("the end was not reached")


def corners(*positions, turn=0.0):
    poses = [Pose(np.array(position), TOOL_DOWN) for position in positions]
    return [Pose(poses[0].position, axangle2mat((0.0, 0.0, 1.0), turn) @ TOOL_DOWN), *poses[1:]]


@pytest.mark.parametrize("turn", [0.0, 1.0, -3.0])
def test_the_end_is_reached_and_the_arm_stays_near_its_path(turn):
    path = corners((0.6, -0.2, 0.03), (0.6, -0.2, 0.15), (0.5, 0.0, 0.15), (0.5, 0.0, 0.1), turn=turn)
    arm = TrailingArm(path[0])
    visited = follow(path, arm)
    np.testing.assert_allclose(arm.pose.position, path[-1].position, atol=0.001)
    assert np.linalg.norm(orientation_error(path[-1].rotation, arm.pose.rotation)) <= 0.005
    heights = np.array([pose.position[2] for pose in visited])
    assert heights.max() <= 0.15 + 0.005
    across = [pose for pose in visited if np.linalg.norm(pose.position[:2] - (0.6, -0.2)) > 0.006]
    between = [pose for pose in across if np.linalg.norm(pose.position[:2] - (0.5, 0.0)) > 0.006]
    assert min(pose.position[2] for pose in between) > 0.15 - 0.01


def test_an_arm_at_the_end_is_done_at_once():
    path = corners((0.5, 0.0, 0.1), (0.5, 0.0, 0.1))
    assert PathFollower(path, SPEED, ANGULAR_SPEED, PERIOD).next_twist(path[0], 0.0) is None


def test_the_end_counts_only_at_rest():
    path = corners((0.5, 0.0, 0.1), (0.5, 0.0, 0.1))
    assert PathFollower(path, SPEED, ANGULAR_SPEED, PERIOD).next_twist(path[0], 0.05) is not None


def test_an_arm_that_does_not_come_along_is_a_failure():
    path = corners((0.6, -0.2, 0.03), (0.5, 0.0, 0.15))
    follower = PathFollower(path, SPEED, ANGULAR_SPEED, PERIOD)
    periods = 0
    with pytest.raises(MotionFailedError, match=r"no progress for 2\.0 s at \[0\.6, -0\.2, 0\.03\] m"):
        while periods < LONGEST:
            follower.next_twist(path[0], 0.0)
            periods += 1
    assert periods * PERIOD == pytest.approx(2.0, abs=2 * PERIOD)
