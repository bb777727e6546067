# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A reset executed by the motion chain of the arm, without controller and network."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.motions.path import MotionFailedError
from rher_robot_driver.motions.reset_motion import TOOL_DOWN, ResetParameters, plan_reset
from rher_robot_driver.ros.parameters import default_safety
from rher_robot_driver.ros.reset_run import RESET_EPISODE, ResetRun, measured_pose
from rher_robot_driver.servo import build_servo
from rher_robot_driver.ur.protocol import NOTHING_MEASURED, Measured, Phase, SafetyState, State
from transforms3d.quaternions import mat2quat

READY = (-2.87, -1.84, -2.12, -0.75, 1.57, -1.30)
"""Joint positions with the tool down over the middle of the table, elbow up [rad]."""
SERVO_PERIOD = 0.01
TICKS = 10
LONGEST = 300
"""Control periods; far more than the reset takes."""
KINEMATICS = ArmKinematics(UR_ARMS["ur5e"], 0.16)


def measured_of(setpoint) -> Measured:
    return Measured(
        q=tuple(setpoint.q.tolist()),
        qd=(0.0,) * 6,
        tcp_position=tuple(setpoint.position.tolist()),
        tcp_orientation=tuple(mat2quat(setpoint.rotation).tolist()),
        tcp_twist=tuple(setpoint.twist.tolist()),
        wrench=(0.0,) * 6,
    )


def state_of(measured: Measured, safety: SafetyState = SafetyState.NORMAL, reason: str = "") -> State:
    return State(0, Phase.ENABLED, safety, reason, measured)


def test_a_reset_reaches_its_end_without_a_limit_acting():
    safety, parameters = default_safety(), ResetParameters()
    servo = build_servo(KINEMATICS, safety, SERVO_PERIOD, READY)
    q = KINEMATICS.inverse(np.array((0.68, -0.2, 0.025)), TOOL_DOWN, READY)
    servo.reset(q)
    measured = measured_of(servo.tick(np.zeros(6), SERVO_PERIOD))
    run = ResetRun(plan_reset(KINEMATICS, safety, parameters, q, measured_pose(measured)), parameters, safety)
    for period in range(LONGEST):
        move = run.next_move(state_of(measured), period)
        if move is None:
            break
        assert (move.episode, move.step, move.changed) == (RESET_EPISODE, run.step, "")
        twist: tuple[float, ...] | None = move.twist
        for _ in range(TICKS):
            setpoint = servo.tick(twist, SERVO_PERIOD)
            twist = None
            assert not setpoint.limited_by
        measured = measured_of(setpoint)
    assert measured.tcp_position == pytest.approx(parameters.position, abs=0.001)
    assert math.hypot(*measured.tcp_twist[:3]) < 0.005
    assert run.step < LONGEST


def test_a_held_arm_ends_the_reset_with_the_reason():
    safety, parameters = default_safety(), ResetParameters()
    start = measured_pose(NOTHING_MEASURED)
    run = ResetRun((start, start), parameters, safety)
    with pytest.raises(MotionFailedError, match="protective stop: clear what the arm touches"):
        run.next_move(
            state_of(NOTHING_MEASURED, SafetyState.PROTECTIVE_STOP, "protective stop: clear what the arm touches"),
            0,
        )
