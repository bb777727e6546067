# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Motions of the joint targets."""

from __future__ import annotations

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_sim_bridge.ur_controller.kinematics import (
    BASE,
    ControllerKinematics,
    InverseKinematicsError,
    matrix_pose,
    perturbed,
    pose_matrix,
)
from rher_sim_bridge.ur_controller.motions import MoveJ, MoveL, Servo, SpeedJ, SpeedL, Stop, tool_stop

Q = np.array((-2.87, -1.84, -2.12, -0.75, 1.57, -1.30))
DT = 0.002
TOOL = pose_matrix(np.array((0.0, 0.0, 0.16, 0.0, 0.0, 0.0)))


@pytest.fixture(scope="module")
def kinematics():
    return ControllerKinematics(UR_ARMS["ur5e"])


def run(motion, seconds):
    """Positions and speeds over time, shape (n, 6) each."""
    rows = []
    for _ in range(round(seconds / DT)):
        motion.advance(DT)
        rows.append((motion.q, motion.qd))
    q, qd = (np.array(column) for column in zip(*rows, strict=True))
    return q, qd


@pytest.mark.parametrize("arm", sorted(UR_ARMS))
def test_the_flange_is_that_of_the_published_table(arm):
    kinematics, published = ControllerKinematics(UR_ARMS[arm]), ArmKinematics(UR_ARMS[arm], 0.0)
    for q in np.random.default_rng(1).uniform(-3.0, 3.0, (20, 6)):
        flange = kinematics.flange(q)
        position, rotation = published.forward(q)
        assert BASE @ flange[:3, 3] == pytest.approx(position, abs=1e-9)
        assert np.abs(BASE @ flange[:3, :3] - rotation).max() < 1e-9


def test_the_jacobian_is_the_derivative_of_the_pose(kinematics):
    step = 1e-6
    jacobian = kinematics.jacobian(Q, TOOL)
    for joint in range(6):
        moved = Q.copy()
        moved[joint] += step
        change = ((kinematics.flange(moved) @ TOOL)[:3, 3] - (kinematics.flange(Q) @ TOOL)[:3, 3]) / step
        assert jacobian[:3, joint] == pytest.approx(change, abs=1e-5)


def test_inverse_kinematics_undo_forward(kinematics):
    target = kinematics.flange(Q + 0.2) @ TOOL
    assert kinematics.inverse(target, Q, TOOL) == pytest.approx(Q + 0.2, abs=1e-8)
    target[:3, 3] = (2.0, 0.0, 0.0)
    with pytest.raises(InverseKinematicsError):
        kinematics.inverse(target, Q, TOOL)


def test_a_pose_survives_its_matrix():
    for pose in np.random.default_rng(2).uniform(-1.5, 1.5, (20, 6)):
        assert matrix_pose(pose_matrix(pose)) == pytest.approx(pose, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_perturbed_lengths_are_off_by_no_more_than_the_error_and_one_by_all_of_it(seed):
    published, true = UR_ARMS["ur5e"], perturbed(UR_ARMS["ur5e"], 0.002, seed)
    errors = np.abs(np.array((true.dh.a, true.dh.d)) - np.array((published.dh.a, published.dh.d)))
    assert errors.max() == pytest.approx(0.002)
    present = np.array((published.dh.a, published.dh.d)) != 0.0
    assert (errors[~present] == 0.0).all()
    assert (errors[present] > 0.0).all()


def test_a_servo_trails_a_steady_target_by_its_lag():
    servo, speed, lookahead, gain = Servo(Q, np.zeros(6)), 0.2, 0.05, 500.0
    for i in range(1, 1001):
        target = Q + speed * i * DT
        servo.follow(target, lookahead, gain)
        servo.advance(DT)
    lag = (target - servo.q) / speed
    # A target that is held for a period is half a period old on average.
    assert lag == pytest.approx(np.full(6, lookahead + 1.0 / gain), abs=DT)
    assert servo.qd == pytest.approx(np.full(6, speed), rel=0.05)


def test_a_servo_settles_on_a_step_without_overshoot():
    servo = Servo(Q, np.zeros(6))
    servo.follow(Q + 0.1, 0.03, 1000.0)
    q, _ = run(servo, 1.0)
    assert (q <= Q + 0.1 + 1e-12).all()
    assert q[-1] == pytest.approx(Q + 0.1, abs=1e-9)


def test_speeds_ramp_with_the_acceleration_of_the_leading_joint():
    motion = SpeedJ(Q, np.zeros(6))
    motion.follow(np.array((0.4, -0.2, 0.0, 0.0, 0.0, 0.0)), 2.0)
    _, qd = run(motion, 0.1)
    assert qd[-1, :2] == pytest.approx((0.2, -0.1))
    _, qd = run(motion, 0.2)
    assert qd[-1, :2] == pytest.approx((0.4, -0.2))


def test_a_tool_speed_moves_the_tool_straight(kinematics):
    motion = SpeedL(Q, np.zeros(6), kinematics, TOOL)
    motion.follow(np.array((0.0, 0.1, 0.0, 0.0, 0.0, 0.0)), 0.5)
    q, _ = run(motion, 1.0)
    start, end = ((kinematics.flange(joints) @ TOOL) for joints in (Q, q[-1]))
    assert end[:3, 3] - start[:3, 3] == pytest.approx((0.0, 0.09, 0.0), abs=1e-3)
    assert np.abs(end[:3, :3] - start[:3, :3]).max() < 2e-3


def test_a_stop_takes_speed_off_along_the_motion():
    motion = Stop(Q, np.array((0.4, -0.2, 0.0, 0.0, 0.0, 0.0)), 2.0)
    q, qd = run(motion, 0.3)
    assert motion.done
    assert (qd[-1] == 0.0).all()
    assert np.flatnonzero(qd[:, 0] == 0.0)[0] * DT == pytest.approx(0.2, abs=2 * DT)
    assert q[-1] - Q == pytest.approx((0.04, -0.02, 0.0, 0.0, 0.0, 0.0), abs=1e-9)


def test_a_stop_in_tool_space_has_the_deceleration_of_the_tool(kinematics):
    speeds = np.array((0.3, 0.0, 0.0, 0.0, 0.0, 0.0))
    tool_speed = np.linalg.norm((kinematics.jacobian(Q, TOOL) @ speeds)[:3])
    motion = tool_stop(Q, speeds, 0.5, kinematics, TOOL)
    _, qd = run(motion, 1.0)
    assert np.flatnonzero(qd[:, 0] == 0.0)[0] * DT == pytest.approx(tool_speed / 0.5, abs=2 * DT)


@pytest.mark.parametrize("distance", [0.01, 0.5])
def test_a_move_arrives_within_its_limits(distance):
    way = np.array((distance, 0.0, 0.0, -distance / 2.0, 0.0, 0.0))
    motion = MoveJ(Q, Q + way, speed=0.4, acceleration=1.0)
    q, qd = run(motion, 3.0)
    assert motion.done
    assert q[-1] - Q == pytest.approx(way)
    assert np.abs(qd).max() <= 0.4 + 1e-9
    assert np.abs(np.diff(qd, axis=0)).max() <= 1.0 * DT + 1e-9


def test_a_linear_move_is_straight_and_turns_evenly(kinematics):
    start = kinematics.flange(Q) @ TOOL
    target = start.copy()
    target[:3, 3] += (0.1, 0.05, 0.1)
    target[:3, :3] = pose_matrix(np.array((0.0, 0.0, 0.0, 0.0, 0.0, 0.3)))[:3, :3] @ start[:3, :3]
    motion = MoveL(Q, target, 0.2, 0.5, kinematics, TOOL)
    q, _ = run(motion, 2.0)
    points = np.array([(kinematics.flange(joints) @ TOOL)[:3, 3] for joints in q[::50]]) - start[:3, 3]
    way = np.array((0.1, 0.05, 0.1)) / 0.15
    assert np.abs(np.cross(points, way)).max() < 1e-6
    assert np.abs(kinematics.flange(q[-1]) @ TOOL - target).max() < 1e-8


def test_a_move_to_where_the_arm_is_is_over_at_once():
    motion = MoveJ(Q, Q, 0.5, 0.5)
    motion.advance(DT)
    assert motion.done
    assert (motion.q == Q).all()
