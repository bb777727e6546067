# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tilt and yaw of a tool that points down."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rher_perception.calibration.tool_orientation import TOOL_DOWN, ToolPose, twist_between, yaw_between
from rher_perception.geometry import Pose, rotation_from_vector

TILTS = st.tuples(st.floats(0.0, 1.2), st.floats(-math.pi, math.pi))
YAWS = st.floats(-3.1, 3.1)
PERIOD = 0.1


def tool(tilt: tuple[float, float], yaw: float, x: float = 0.0) -> ToolPose:
    size, direction = tilt
    return ToolPose(np.array([x, 0.0, 0.3]), size * np.array((math.cos(direction), math.sin(direction))), yaw)


def tilt_of(rotation: np.ndarray) -> float:
    return math.acos(min(1.0, max(-1.0, -rotation[2, 2])))


@given(TILTS, YAWS)
def test_a_pose_is_the_same_after_tilt_and_yaw_were_taken_apart(tilt: tuple[float, float], yaw: float) -> None:
    one = tool(tilt, yaw)
    again = ToolPose.of(one.pose)
    np.testing.assert_allclose(again.rotation, one.rotation, atol=1e-7)
    np.testing.assert_allclose(again.tilt, one.tilt, atol=1e-6)
    assert abs(math.remainder(again.yaw - yaw, 2.0 * math.pi)) < 1e-6
    assert abs(tilt_of(one.rotation) - tilt[0]) < 1e-6


def test_the_tool_straight_down_has_neither() -> None:
    found = ToolPose.of(Pose(TOOL_DOWN, np.zeros(3)))
    np.testing.assert_array_equal(found.tilt, 0.0)
    assert found.yaw == 0.0


@given(TILTS, YAWS, TILTS, YAWS)
def test_twists_lead_from_one_to_the_other_and_never_tilt_more_than_both(
    tilt: tuple[float, float], yaw: float, other_tilt: tuple[float, float], other_yaw: float
) -> None:
    here, goal = tool(tilt, yaw), tool(other_tilt, other_yaw, 0.1)
    most = max(tilt[0], other_tilt[0])
    pose = here.pose
    for k in range(10, 0, -1):
        twist = twist_between(ToolPose.of(pose), goal, 1.0 / k, PERIOD)
        turned = rotation_from_vector(PERIOD * twist[3:]) @ pose.rotation
        pose = Pose(turned, pose.translation + PERIOD * twist[:3])
        assert tilt_of(pose.rotation) <= most + 1e-6
    np.testing.assert_allclose(pose.translation, goal.position, atol=1e-9)
    np.testing.assert_allclose(pose.rotation, goal.rotation, atol=1e-6)


def test_the_yaw_takes_the_shorter_way_round() -> None:
    assert yaw_between(tool((0.0, 0.0), 3.0), tool((0.0, 0.0), -3.0)) == 2.0 * math.pi - 6.0
