# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The servo loop without a controller: what becomes of Moves, tick by tick."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.servo import build_servo
from rher_robot_driver.ur.control_period import PeriodEnd
from rher_robot_driver.ur.protocol import Move, Six
from rher_robot_driver.ur.servo_loop import ServoLoop

PERIOD = 0.002
SAFETY = SafetyParameters((0.25, -0.25, 0.01), (0.75, 0.25, 0.30), table_height=0.0)
KINEMATICS = ArmKinematics(UR_ARMS["ur5e"], 0.15)
FORWARD: Six = (0.1, 0.0, 0.0, 0.0, 0.0, 0.0)


def start_joints() -> Six:
    elbow_up = np.array((0.0, -1.2, 1.8, -2.2, -math.pi / 2.0, 0.0))
    a, b, c, d, e, f = KINEMATICS.inverse(np.array((0.5, 0.0, 0.1)), np.diag((1.0, -1.0, -1.0)), elbow_up).tolist()
    return a, b, c, d, e, f


def ready_loop() -> ServoLoop:
    loop = ServoLoop(build_servo(KINEMATICS, SAFETY, PERIOD), SAFETY.control_period, PERIOD)
    loop.reset(start_joints())
    return loop


def run(loop: ServoLoop, ticks: int, elapsed: float = PERIOD, held: bool = False) -> list[PeriodEnd]:
    return [end for _ in range(ticks) for end in loop.tick(elapsed, held, resting=False).ended]


def test_before_a_reset_periods_pass_but_nothing_moves() -> None:
    loop = ServoLoop(build_servo(KINEMATICS, SAFETY, PERIOD), SAFETY.control_period, PERIOD)
    loop.move(Move(1, 1, FORWARD))
    tick = loop.tick(PERIOD, held=True, resting=False)
    assert tick.q is None
    ends = run(loop, 49, held=True)
    assert [(end.episode, end.step, end.stopped, end.executed_twist) for end in ends] == [(1, 1, True, (0.0,) * 6)]


def test_a_move_is_followed_for_its_period_and_tagged() -> None:
    loop = ready_loop()
    loop.move(Move(3, 1, FORWARD))
    ends = run(loop, 50)
    loop.move(Move(3, 2, FORWARD))
    ends += run(loop, 50)
    assert [(end.episode, end.step, end.stopped) for end in ends] == [(3, 1, False), (3, 2, False)]
    assert ends[1].executed_twist == FORWARD


def test_the_path_is_late_after_a_stall_but_never_leaps() -> None:
    loop = ready_loop()
    loop.move(Move(1, 1, FORWARD))
    run(loop, 40)
    before = np.array(loop.tick(PERIOD, held=False, resting=False).position)
    after = np.array(loop.tick(0.15, held=False, resting=False).position)
    assert np.linalg.norm(after - before) == pytest.approx(0.1 * PERIOD, rel=1e-6)


def test_setpoints_come_to_rest_when_no_moves_come() -> None:
    loop = ready_loop()
    loop.move(Move(1, 1, FORWARD))
    ticks = math.ceil((SAFETY.stale_age + SAFETY.stopping_time) / PERIOD) + 1
    run(loop, ticks)
    assert loop.at_rest
    assert not loop.servo.stopped


def test_a_stop_marks_every_period_until_it_is_cleared() -> None:
    loop = ready_loop()
    loop.move(Move(1, 1, FORWARD))
    run(loop, 25)
    loop.servo.stop("asked to")
    loop.move(Move(1, 2, FORWARD))
    ends = run(loop, 51)
    assert [(end.step, end.stopped) for end in ends] == [(1, False), (2, True)]
    assert loop.at_rest


def test_resting_ignores_moves() -> None:
    loop = ready_loop()
    loop.move(Move(1, 1, FORWARD))
    run(loop, 50)
    for step in range(2, 200):
        loop.move(Move(1, step, FORWARD))
        loop.tick(PERIOD, held=False, resting=True)
    assert loop.at_rest


def test_a_reset_forgets_the_move_that_waited() -> None:
    loop = ready_loop()
    loop.move(Move(1, 1, FORWARD))
    loop.reset(start_joints())
    start = loop.tick(PERIOD, held=False, resting=False).position
    run(loop, 50)
    assert loop.tick(PERIOD, held=False, resting=False).position == start
