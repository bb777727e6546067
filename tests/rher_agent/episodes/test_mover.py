# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_agent.episodes.mover import PATIENCE, TOOL_DOWN, Mover, NoProgressError, turn_to_tool_down
from rher_agent.episodes.paths import Leg
from rher_agent.tasks.push import PushTask
from transforms3d.quaternions import axangle2quat, qmult, quat2mat

PERIOD = 0.1
V_MAX = PushTask().parameters.v_max
HERE, THERE = np.zeros(3), np.array((0.1, 0.0, 0.0))
point = st.tuples(*[st.floats(-1.0, 1.0)] * 3).map(np.array)


def mover(*legs):
    return Mover(legs, 0.3, PERIOD)


def drive(subject, position, trailing=0.5, steps=400):
    """Follow the twists as an arm that trails them; return where it ends and the twists."""
    position, velocity, twists = np.array(position), np.zeros(3), []
    for _ in range(steps):
        twist = subject.next_twist(position, TOOL_DOWN, math.hypot(*velocity))
        if twist is None:
            return position, twists
        twists.append(twist)
        velocity = trailing * velocity + (1.0 - trailing) * twist[:3]
        position = position + PERIOD * velocity
    raise AssertionError("it never arrives")


def test_it_arrives_at_the_end_and_at_rest():
    position, twists = drive(mover(Leg(THERE, 0.2), Leg(HERE, 0.1, 0.002)), (0.3, 0.3, 0.0))
    assert np.linalg.norm(position) <= 0.002
    assert len(twists) < 100


def test_corners_are_passed_in_turn_and_each_leg_has_its_speed():
    subject = mover(Leg(THERE, 0.2), Leg(np.array((0.1, 1.0, 0.0)), 0.05))
    assert subject.next_twist(HERE, TOOL_DOWN, 0.0) == pytest.approx((0.2, 0, 0, 0, 0, 0), abs=0.2)
    assert subject.next_twist(THERE, TOOL_DOWN, 0.2) == pytest.approx((0, 0.05, 0, 0, 0, 0))


def test_the_end_counts_only_at_rest():
    subject = mover(Leg(HERE, 0.2))
    assert subject.next_twist(HERE, TOOL_DOWN, 0.1) is not None
    assert subject.next_twist(HERE, TOOL_DOWN, 0.0) is None


def test_an_arm_that_does_not_get_on_is_told():
    subject = mover(Leg(THERE, 0.2))
    with pytest.raises(NoProgressError, match=r"no progress for 2.0 s at \[0.0, 0.0, 0.0\] m on the way to \[0.1"):
        for _ in range(round(PATIENCE / PERIOD) + 2):
            subject.next_twist(HERE, TOOL_DOWN, 0.0)


def test_no_way_is_refused():
    with pytest.raises(ValueError, match="there are no legs"):
        mover()


@pytest.mark.parametrize("axis", [(0, 0, 1), (1, 0, 0), (0.6, 0.8, 0)])
@pytest.mark.parametrize("angle", [-1.0, -0.1, 0.1, 2.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_tilted_tool_is_turned_upright(axis, angle, sign):
    tilted = sign * qmult(axangle2quat(axis, angle), TOOL_DOWN)
    turn = turn_to_tool_down(tilted)
    assert turn == pytest.approx(-angle * np.array(axis))
    twist = mover(Leg(HERE, 0.2)).next_twist(HERE, tilted, 0.0)
    assert np.linalg.norm(twist[3:]) <= 0.3 + 1e-12
    assert np.dot(twist[3:], turn) > 0.0
    assert quat2mat(TOOL_DOWN)[2, 2] == -1.0


def test_a_tool_that_is_down_is_not_turned():
    assert turn_to_tool_down(TOOL_DOWN).tolist() == [0.0, 0.0, 0.0]
    assert turn_to_tool_down(-TOOL_DOWN).tolist() == [0.0, 0.0, 0.0]


@given(st.lists(st.tuples(point, st.floats(0.01, V_MAX)), min_size=1, max_size=4), point, st.floats(-3.0, 3.0))
def test_no_twist_is_faster_than_its_leg(ways, start, angle):
    subject = mover(*(Leg(target, speed) for target, speed in ways))
    orientation = qmult(axangle2quat((0, 1, 0), angle), TOOL_DOWN)
    for _ in range(10):
        twist = subject.next_twist(start, orientation, 0.0)
        if twist is None:
            return
        assert np.linalg.norm(twist[:3]) <= max(speed for _, speed in ways) * (1.0 + 1e-9)
        assert np.linalg.norm(twist[3:]) <= 0.3 * (1.0 + 1e-9)
        start = start + PERIOD * twist[:3]
