# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which resets are refused, and that those that are not stay inside every limit they were checked against."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.motions.path import MotionRefusedError, Pose, points_along
from rher_robot_driver.motions.reset_motion import TOOL_DOWN, ResetParameters, plan_reset
from rher_robot_driver.safety.joint_limits import JointLimits
from rher_robot_driver.safety.parameters import SafetyParameters
from transforms3d.axangles import axangle2mat

KINEMATICS = ArmKinematics(UR_ARMS["ur5e"], 0.16)
READY = (-2.87, -1.84, -2.12, -0.75, 1.57, -1.30)
"""Joint positions with the tool down over the middle of the table, elbow up [rad]."""
LOWER, UPPER = (0.25, -0.25, 0.015), (0.75, 0.25, 0.25)
PUSHING = (0.6, -0.2, 0.025)


def safety(**changes):
    return SafetyParameters(**{"workspace_lower": LOWER, "workspace_upper": UPPER, "table_height": 0.0} | changes)


def plan(position=PUSHING, rotation=TOOL_DOWN, parameters=None, limits=None):
    q = KINEMATICS.inverse(np.array(position), rotation, READY)
    return plan_reset(
        KINEMATICS, limits or safety(), parameters or ResetParameters(), q, Pose(np.array(position), rotation)
    )


def test_the_path_goes_up_then_across_and_ends_above_the_box():
    corners = plan()
    points = [pose.position for pose in points_along(corners, 0.005, 0.05)]
    assert points[0] == pytest.approx(PUSHING)
    assert points[-1] == pytest.approx((0.5, 0.0, 0.15))
    for before, after in itertools.pairwise(points):
        assert np.linalg.norm(after - before) <= 0.005 + 1e-9
        moved_across = np.linalg.norm(after[:2] - before[:2]) > 1e-12
        assert not moved_across or after[2] == pytest.approx(0.15), "only at the safe height"
    np.testing.assert_allclose(corners[-1].rotation, TOOL_DOWN)


def test_an_arm_above_the_travel_height_does_not_dip():
    heights = [pose.position[2] for pose in points_along(plan((0.6, 0.1, 0.22)), 0.005, 0.05)]
    assert max(heights) == pytest.approx(0.22)
    assert heights.index(min(heights)) == len(heights) - 1


def test_a_lower_start_is_reached_by_a_straight_descent():
    corners = plan(parameters=ResetParameters(position=(0.4, 0.1, 0.05)))
    np.testing.assert_allclose(corners[-2].position, (0.4, 0.1, 0.15))
    np.testing.assert_allclose(corners[-1].position, (0.4, 0.1, 0.05))


def test_a_tilted_tool_is_put_upright_on_the_way():
    rotation = axangle2mat((1.0, 0.0, 0.0), 0.2) @ TOOL_DOWN
    poses = list(points_along(plan(rotation=rotation), 0.005, 0.05))
    np.testing.assert_allclose(poses[-1].rotation, TOOL_DOWN, atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parameters": ResetParameters(position=(0.9, 0.0, 0.15))}, r"leaves the workspace: x is 0\.7[0-9]+ m"),
        ({"parameters": ResetParameters(travel_height=0.4)}, r"leaves the workspace: z is 0\.2[0-9]+ m"),
        (
            {"parameters": ResetParameters(position=(0.5, 0.0, 0.02)), "limits": safety(table_height=0.019)},
            "comes too near to the table: z is",
        ),
        (
            {"position": (0.6, 0.1, 0.1), "rotation": axangle2mat((1.0, 0.0, 0.0), 0.5) @ TOOL_DOWN},
            r"tilted by 0\.500 rad",
        ),
        (
            {"limits": safety(joints=JointLimits(manipulability_slow=0.9, manipulability_stop=0.5))},
            "too near to a singularity",
        ),
        ({"limits": safety(joints=JointLimits(position_margin=4.5))}, "joint 1 comes to"),
        (
            {
                "parameters": ResetParameters(position=(1.2, 0.0, 0.15)),
                "limits": safety(workspace_upper=(1.5, 0.25, 0.25)),
            },
            "(cannot be followed|too near to a singularity)",
        ),
    ],
)
def test_a_path_that_breaks_a_limit_is_refused_with_the_reason(arguments, message):
    with pytest.raises(MotionRefusedError, match=message):
        plan(**arguments)


def test_a_start_outside_the_workspace_is_refused_and_one_at_its_face_is_not():
    with pytest.raises(MotionRefusedError, match=r"0\.0[0-9]+ m outside the workspace"):
        plan((0.6, -0.27, 0.1))
    corners = plan((0.6, -0.2485, 0.1))
    assert corners[0].position[1] == pytest.approx(-0.245)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"speed": 0.0}, "speed is 0.0; allowed: more than 0"),
        ({"angular_speed": float("nan")}, "angular_speed is nan; allowed: more than 0"),
        ({"travel_height": float("inf")}, "travel_height is inf; allowed: a finite height"),
        ({"position": (0.0, 0.0)}, "position is .*; allowed: three finite coordinates"),
    ],
)
def test_wrong_parameters_are_named(values, message):
    with pytest.raises(ValueError, match=message):
        ResetParameters(**values)
