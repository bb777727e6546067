# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From twists to joints: the joints follow the commanded pose, and no limit of theirs is broken, stops included."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS, ArmModel
from rher_robot_driver.safety.joint_limits import JointLimits
from rher_robot_driver.safety.joints.joint_guard import GUARD_REASONS
from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.safety.motion.latch import ClearRefusedError
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.safety.recovery_rules import RecoveryRules
from rher_robot_driver.servo import ServoSetpoint, TwistServo, build_servo

TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
ELBOW_UP = np.array((0.0, -1.2, 1.8, -2.2, -math.pi / 2.0, 0.0))
START = np.array((0.5, 0.0, 0.025))
RULES = RecoveryRules(cool_down=0.0, max_clears=1000)
TABLE = SafetyParameters((0.25, -0.25, 0.01), (0.75, 0.25, 0.30), table_height=0.0, recovery=RULES)
OPEN = SafetyParameters((-2.0, -2.0, -2.0), (2.0, 2.0, 2.0), table_height=-2.0, recovery=RULES)
FORWARD = np.array((0.24, 0.0, 0.0, 0.0, 0.0, 0.0))
DT = 0.01


def servo_at(
    position: np.ndarray = START,
    parameters: SafetyParameters = TABLE,
    model: ArmModel = UR_ARMS["ur5e"],
    rate: float = 100.0,
) -> TwistServo:
    servo = build_servo(ArmKinematics(model, 0.16), parameters, 1.0 / rate)
    servo.reset(ArmKinematics(UR_ARMS["ur5e"], 0.16).inverse(position, TOOL_DOWN, ELBOW_UP))
    return servo


def measured(setpoint: ServoSetpoint, force: float = 0.0) -> MeasuredMotion:
    """An arm that is exactly where it was told to be."""
    wrench = np.array((0.0, 0.0, force, 0.0, 0.0, 0.0))
    return MeasuredMotion(setpoint.position, setpoint.rotation, setpoint.twist, wrench)


@pytest.mark.parametrize("rate", [100.0, 125.0, 500.0])
def test_joints_follow_random_commands_over_the_whole_box(rate: float) -> None:
    servo = servo_at(rate=rate)
    rng = np.random.default_rng(0)
    for _ in range(60):
        direction = rng.uniform(-math.pi, math.pi)
        twist = 0.24 * np.array((math.cos(direction), math.sin(direction), 0.0, 0.0, 0.0, 0.0))
        for tick in range(round(rate * 0.1)):
            setpoint = servo.tick(twist if tick == 0 else None)
            position, rotation = servo.ik.kinematics.forward(setpoint.q)
            assert np.linalg.norm(position - setpoint.position) < 1e-4
            assert np.abs(rotation - TOOL_DOWN).max() < 1e-3
            assert set(setpoint.limited_by) <= {"box"}
    assert not servo.stopped


def test_a_joint_comes_to_rest_before_its_limit() -> None:
    shoulder = servo_at().tick(None).q[1]
    upper = tuple(shoulder + 0.2 if joint == 1 else 6.0 for joint in range(6))
    servo = servo_at(model=replace(UR_ARMS["ur5e"], joint_upper=upper))
    setpoints = [servo.tick(FORWARD) for _ in range(200)]
    margin = TABLE.joints.position_margin
    assert all(setpoint.q[1] <= upper[1] - margin + 1e-3 for setpoint in setpoints)
    assert setpoints[-1].q[1] > upper[1] - margin - 0.02, "the limit makes itself felt only where it is near"
    assert "joint_margin" in setpoints[-1].limited_by
    assert not servo.stopped
    assert servo.tick(-FORWARD).limited_by == (), "the way back is free"


def test_joints_too_slow_for_the_command_slow_the_tcp_on_its_path() -> None:
    servo = servo_at(model=replace(UR_ARMS["ur5e"], joint_speed_limits=(0.4,) * 6))
    last = servo.tick(None).q
    for _ in range(60):
        setpoint = servo.tick(FORWARD)
        assert (np.abs(setpoint.q - last) <= 0.4 * DT).all()
        assert setpoint.position[1:] == pytest.approx(START[1:], abs=1e-9)
        last = setpoint.q
    assert setpoint.limited_by == ("joint_speed",)
    assert 0.02 < setpoint.twist[0] < 0.1
    assert not servo.stopped


@pytest.mark.parametrize("rate", [100.0, 500.0])
def test_the_end_of_reach_is_approached_slowly(rate: float) -> None:
    servo = servo_at(parameters=OPEN, rate=rate)
    lowest = 1.0
    for _ in range(round(6.0 * rate)):
        setpoint = servo.tick(FORWARD)
        lowest = min(lowest, servo.ik.kinematics.relative_manipulability(setpoint.q))
    assert lowest > 0.9 * OPEN.joints.manipulability_stop
    assert np.linalg.norm(setpoint.twist[:3]) < 0.01
    assert servo.counts["singularity_slow"] > 0
    before = setpoint.position[0]
    if servo.stopped:
        assert servo.stop_reason == "singularity"
        servo.clear("go back")
    for _ in range(round(0.5 * rate)):
        setpoint = servo.tick(-FORWARD)
    assert setpoint.position[0] < before - 0.03
    assert not servo.stopped


def test_a_pose_too_near_a_singularity_is_left_only_outwards() -> None:
    parameters = replace(OPEN, joints=JointLimits(manipulability_slow=0.95, manipulability_stop=0.9))
    servo = servo_at(np.array((0.85, 0.0, 0.1)), parameters)
    start = servo.tick(None)
    for _ in range(50):
        setpoint = servo.tick(FORWARD)
    assert "singularity_slow" in setpoint.limited_by
    np.testing.assert_allclose(setpoint.position, start.position, atol=1e-9)
    for _ in range(20):
        setpoint = servo.tick(-FORWARD)
    assert setpoint.position[0] < start.position[0] - 0.02
    assert not setpoint.is_stopped


def test_a_setpoint_beyond_a_joint_limit_is_not_sent_and_the_joints_brake_within_their_acceleration() -> None:
    # Without a share for the path's bends the guard must act: the joints are told to be slower than the path is.
    limits = JointLimits(max_acceleration=8.0)
    servo = servo_at(np.array((0.5, 0.2, 0.05)), replace(OPEN, joints=limits))
    q = servo.tick(None).q
    speeds, stopped_at = np.zeros(6), None
    rng = np.random.default_rng(1)
    for tick in range(3000):
        twist = 0.24 * np.array((*rng.uniform(-1.0, 1.0, 3), *rng.uniform(-4.0, 4.0, 3))) if tick % 3 == 0 else None
        setpoint = servo.tick(twist)
        new = (setpoint.q - q) / DT
        assert np.abs(new - speeds).max() / DT <= 8.0 * (1.0 + 1e-6)
        q, speeds = setpoint.q, new
        if setpoint.is_stopped and stopped_at is None:
            assert servo.stop_reason in GUARD_REASONS
            assert setpoint.limited_by[-1] == servo.stop_reason
            stopped_at = tick
        if stopped_at is not None and tick == stopped_at + 100:
            break
    assert stopped_at is not None
    assert servo.at_rest
    np.testing.assert_array_equal(speeds, np.zeros(6))
    servo.clear("go on slowly")
    for _ in range(20):
        setpoint = servo.tick(0.1 * FORWARD)
    assert not setpoint.is_stopped
    assert setpoint.twist[0] == pytest.approx(0.024)


def test_joints_that_rest_where_the_tcp_may_not_be_are_held_until_a_person_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    servo = servo_at(np.array((0.5, 0.2, 0.05)), replace(OPEN, joints=JointLimits(max_acceleration=8.0)))

    def refuse(position: np.ndarray, rotation: np.ndarray) -> None:
        raise ValueError("position is outside")

    monkeypatch.setattr(servo.chain, "reset", refuse)
    rng = np.random.default_rng(1)
    for tick in range(3000):
        twist = 0.24 * np.array((*rng.uniform(-1.0, 1.0, 3), *rng.uniform(-4.0, 4.0, 3))) if tick % 3 == 0 else None
        if servo.tick(twist).is_stopped:
            break
    assert servo.stop_reason in GUARD_REASONS
    for _ in range(100):
        setpoint = servo.tick(FORWARD)
    assert servo.at_rest
    np.testing.assert_array_equal(servo.tick(FORWARD).q, setpoint.q)
    assert setpoint.is_stopped
    with pytest.raises(ClearRefusedError, match="rest with the TCP outside the limits"):
        servo.clear("go on")


def test_a_stop_brakes_and_then_holds_the_joints() -> None:
    servo = servo_at()
    for _ in range(20):
        servo.tick(FORWARD)
    servo.stop("test")
    for _ in range(math.ceil(TABLE.stopping_time / DT) + 2):
        setpoint = servo.tick(FORWARD)
    assert servo.at_rest
    np.testing.assert_array_equal(servo.tick(FORWARD).q, setpoint.q)
    assert setpoint.limited_by == ("latch",)
    assert setpoint.is_stopped
    assert servo.stop_reason == "test"


def test_a_stop_is_cleared_after_its_cool_down_only() -> None:
    servo = servo_at(parameters=replace(TABLE, recovery=RecoveryRules(cool_down=0.5)))
    servo.tick(FORWARD)
    servo.stop("test")
    with pytest.raises(ClearRefusedError, match="still braking"):
        servo.clear("too early")
    for _ in range(20):
        servo.tick(None)
    with pytest.raises(ClearRefusedError, match=r"after 0\.5 s at rest"):
        servo.clear("too early")
    servo.tick(None, 0.5)
    servo.clear("looked at it")
    assert not servo.stopped


def test_what_is_measured_stops_the_motion_and_never_shapes_it() -> None:
    watched, blind = servo_at(), servo_at()
    for tick in range(60):
        setpoint, reference = watched.tick(FORWARD), blind.tick(FORWARD)
        if tick < 40:
            watched.observe(measured(setpoint, force=99.0), DT)
            np.testing.assert_array_equal(setpoint.q, reference.q)
        else:
            watched.observe(measured(setpoint, force=-101.0), DT)
    assert watched.stop_reason == "force"
    assert watched.counts["force"] == 1
    assert not blind.stopped


def test_an_arm_that_is_held_is_noticed() -> None:
    servo = servo_at()
    held = servo.tick(None)
    ticks = 0
    while not servo.stopped:
        servo.tick(FORWARD)
        servo.observe(measured(held), DT)
        ticks += 1
    limits = TABLE.monitors
    assert servo.stop_reason == "tracking_error"
    assert ticks * DT * 0.24 < limits.max_tracking_error + 0.24 * (limits.tracking_debounce + 0.08)


def test_a_start_beyond_a_joint_limit_is_refused() -> None:
    servo = servo_at()
    with pytest.raises(ValueError, match="joint 3 is at 7"):
        servo.reset((0.0, 0.0, 7.0, 0.0, 0.0, 0.0))


def test_a_start_with_the_tcp_outside_the_box_is_refused() -> None:
    servo = servo_at()
    with pytest.raises(ValueError, match="limit 'box'"):
        servo.reset(ArmKinematics(UR_ARMS["ur5e"], 0.16).inverse(np.array((0.5, 0.3, 0.1)), TOOL_DOWN, ELBOW_UP))


def test_a_servo_without_a_start_says_so() -> None:
    with pytest.raises(RuntimeError, match="call reset first"):
        build_servo(ArmKinematics(UR_ARMS["ur5e"]), TABLE, DT).tick(None)
