# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From twists to joints: the joints follow the commanded pose, and hold rather than break a limit."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS, ArmModel
from rher_robot_driver.kinematics.differential_ik import DifferentialIk
from rher_robot_driver.safety.motion.chain import build_motion_chain
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.servo import MAX_LAG, TwistServo

TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
ELBOW_UP = np.array((0.0, -1.2, 1.8, -2.2, -math.pi / 2.0, 0.0))
START = np.array((0.5, 0.0, 0.025))
TABLE = SafetyParameters((0.25, -0.25, 0.01), (0.75, 0.25, 0.30), table_height=0.0)
OPEN = SafetyParameters((-2.0, -2.0, -2.0), (2.0, 2.0, 2.0), table_height=-2.0)
FORWARD = np.array((0.25, 0.0, 0.0, 0.0, 0.0, 0.0))


def servo_at(
    position: np.ndarray = START, parameters: SafetyParameters = TABLE, model: ArmModel = UR_ARMS["ur5e"]
) -> TwistServo:
    kinematics = ArmKinematics(model, 0.16)
    servo = TwistServo(DifferentialIk(kinematics), build_motion_chain(parameters))
    servo.reset(ArmKinematics(UR_ARMS["ur5e"], 0.16).inverse(position, TOOL_DOWN, ELBOW_UP))
    return servo


@pytest.mark.parametrize("rate", [100.0, 125.0, 500.0])
def test_joints_follow_random_commands_over_the_whole_box(rate: float) -> None:
    servo = servo_at()
    rng = np.random.default_rng(0)
    for _ in range(60):
        direction = rng.uniform(-math.pi, math.pi)
        twist = 0.25 * np.array((math.cos(direction), math.sin(direction), 0.0, 0.0, 0.0, 0.0))
        for tick in range(round(rate * 0.1)):
            setpoint = servo.tick(twist if tick == 0 else None, 1.0 / rate)
            position, rotation = servo.ik.kinematics.forward(setpoint.q)
            assert np.linalg.norm(position - setpoint.position) < 1e-4
            assert np.abs(rotation - TOOL_DOWN).max() < 1e-3
            assert set(setpoint.limited_by) <= {"box"}
    assert not servo.chain.stopped


def test_a_joint_limit_holds_the_last_joints_and_latches() -> None:
    start = servo_at()
    shoulder = start.tick(None, 0.01).q[1]
    upper = tuple(shoulder + 0.1 if joint == 1 else 6.0 for joint in range(6))
    servo = servo_at(model=replace(UR_ARMS["ur5e"], joint_upper=upper))
    setpoint, before = servo.tick(FORWARD, 0.01), None
    while not servo.chain.stopped:
        before = setpoint
        setpoint = servo.tick(FORWARD, 0.01)
        assert (setpoint.q <= upper).all()
    assert setpoint.limited_by == ("joint_limit",)
    assert servo.chain.stop_reason == "joint_limit"
    assert before is not None
    for _ in range(20):
        np.testing.assert_array_equal(setpoint.q, before.q)
        np.testing.assert_array_equal(setpoint.position, before.position)
        np.testing.assert_array_equal(setpoint.twist, np.zeros(6))
        setpoint = servo.tick(FORWARD, 0.01)
    servo.chain.clear("go back")
    for _ in range(20):
        setpoint = servo.tick(-FORWARD, 0.01)
    assert setpoint.position[0] < before.position[0] - 0.02
    assert not servo.chain.stopped


def test_a_joint_speed_limit_latches() -> None:
    servo = servo_at(model=replace(UR_ARMS["ur5e"], joint_speed_limits=(0.2,) * 6))
    last, dt = servo.tick(None, 0.01).q, 0.01
    for _ in range(30):
        q = servo.tick(FORWARD, dt).q
        assert (np.abs(q - last) <= 0.2 * dt).all()
        last = q
    assert servo.chain.stop_reason == "joint_speed"


def test_the_end_of_reach_stops_the_arm_before_it_lags_behind() -> None:
    servo = servo_at(parameters=OPEN)
    for _ in range(500):
        setpoint = servo.tick(FORWARD, 0.01)
        reached, _ = servo.ik.kinematics.forward(setpoint.q)
        assert np.linalg.norm(reached - setpoint.position) <= MAX_LAG
    assert servo.chain.stop_reason in {"tracking", "joint_speed"}


def test_joints_that_cannot_keep_up_stop_the_arm() -> None:
    kinematics = ArmKinematics(UR_ARMS["ur5e"], 0.16)
    heavy = DifferentialIk(kinematics, damping=10.0, manipulability_floor=0.5)
    servo = TwistServo(heavy, build_motion_chain(OPEN))
    servo.reset(kinematics.inverse(START, TOOL_DOWN, ELBOW_UP))
    for _ in range(200):
        setpoint = servo.tick(-FORWARD, 0.01)
        reached, _ = kinematics.forward(setpoint.q)
        assert np.linalg.norm(reached - setpoint.position) <= MAX_LAG
    assert servo.chain.stop_reason == "tracking"


def test_a_stop_brakes_and_then_holds_the_joints() -> None:
    servo = servo_at()
    for _ in range(20):
        servo.tick(FORWARD, 0.01)
    servo.chain.stop("test")
    for _ in range(6):
        setpoint = servo.tick(FORWARD, 0.01)
    np.testing.assert_array_equal(servo.tick(FORWARD, 0.01).q, setpoint.q)
    assert setpoint.limited_by == ("latch",)


def test_a_start_beyond_a_joint_limit_is_refused() -> None:
    servo = servo_at()
    with pytest.raises(ValueError, match="joint 3 is at 7"):
        servo.reset((0.0, 0.0, 7.0, 0.0, 0.0, 0.0))


def test_a_start_with_the_tcp_outside_the_box_is_refused() -> None:
    servo = servo_at()
    with pytest.raises(ValueError, match="limit 'box'"):
        servo.reset(np.array((0.0, -math.pi / 2.0, 0.0, -math.pi / 2.0, 0.0, 0.0)))


def test_a_servo_without_a_start_says_so() -> None:
    kinematics = ArmKinematics(UR_ARMS["ur5e"])
    with pytest.raises(RuntimeError, match="call reset first"):
        TwistServo(DifferentialIk(kinematics), build_motion_chain(TABLE)).tick(None, 0.01)
