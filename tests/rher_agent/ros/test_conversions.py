# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rclpy.serialization import deserialize_message, serialize_message
from rher_agent.ros.conversions import (
    arm_state_message,
    command_message,
    object_states_message,
    point_array,
    point_messages,
    time_message,
    time_ns,
    twist_array,
    world_state,
)
from rher_agent.worlds.state import ObjectState, WorldState
from rher_interfaces.msg import ArmCommand, ArmState, ObjectStates

numbers = st.floats(allow_nan=False)


def vectors(size):
    return st.lists(numbers, min_size=size, max_size=size).map(np.array)


objects = st.builds(
    ObjectState,
    name=st.sampled_from(["cube", "cylinder"]),
    position=vectors(3),
    orientation=vectors(4),
    linear_velocity=vectors(3),
    angular_velocity=vectors(3),
    tracked=st.booleans(),
    age=st.floats(0.0, 10.0),
)
states = st.builds(
    WorldState,
    stamp_ns=st.integers(0, 2**31 * 10**9 - 1),
    tcp_position=vectors(3),
    tcp_orientation=vectors(4),
    tcp_twist=vectors(6),
    gripper=numbers,
    wrench=vectors(6),
    executed_twist=vectors(6),
    objects=st.lists(objects, max_size=3).map(tuple),
    objects_stamp_ns=st.integers(0, 2**31 * 10**9 - 1),
)


def through_the_wire(message, message_type):
    return deserialize_message(serialize_message(message), message_type)


def assert_same(mine, theirs):
    for field in fields(mine):
        a, b = getattr(mine, field.name), getattr(theirs, field.name)
        if field.name == "objects":
            assert len(a) == len(b)
            for x, y in zip(a, b, strict=True):
                assert_same(x, y)
        elif isinstance(a, np.ndarray):
            assert a.tobytes() == b.tobytes(), field.name
        else:
            assert a == b, field.name


@settings(deadline=None)
@given(states)
def test_every_number_of_a_state_survives_the_wire(state):
    arm = through_the_wire(arm_state_message(state, episode=3, step=4), ArmState)
    seen = through_the_wire(object_states_message(state), ObjectStates)
    assert arm.objects_stamp == seen.header.stamp
    assert not any(value for item in seen.objects for value in item.pose_covariance), "a simulation knows exactly"
    assert_same(state, world_state(arm, seen))


@settings(deadline=None)
@given(vectors(6))
def test_every_number_of_a_command_survives_the_wire(twist):
    message = command_message(twist, float("nan"), writer="policy", episode=1, step=2, stamp_ns=3)
    received = through_the_wire(message, ArmCommand)
    assert twist_array(received.twist).tobytes() == twist.tobytes()
    assert (received.writer, received.episode, received.step, time_ns(received.header.stamp)) == ("policy", 1, 2, 3)
    assert np.isnan(received.gripper)
    assert received.header.frame_id == "base_link"


def test_flags_and_reason_are_carried():
    state = _state_at(0)
    message = arm_state_message(state, episode=1, step=2, clipped=True, stopped=True, reason="workspace_box")
    assert (message.clipped, message.stopped, message.reason) == (True, True, "workspace_box")
    assert message.safety == ArmState.STOPPED


def test_objects_seen_before_the_arm_are_older():
    state = replace(_state_at(500_000_000), objects_stamp_ns=300_000_000)
    arm, seen = arm_state_message(state, episode=0, step=1), object_states_message(state)
    assert (time_ns(arm.objects_stamp), time_ns(seen.header.stamp)) == (300_000_000, 300_000_000)
    assert world_state(arm, seen).age == pytest.approx(0.2)


def test_points_and_stamps_go_both_ways():
    points = np.array([[0.1, -0.2, 0.3], [1.0, 2.0, 3.0]])
    assert point_array(point_messages(points)).tobytes() == points.tobytes()
    assert point_array([]).shape == (0, 3)
    assert time_ns(time_message(12_345_678_901)) == 12_345_678_901


def _state_at(stamp_ns):
    cube = ObjectState("cube", np.zeros(3), np.array((1.0, 0.0, 0.0, 0.0)), np.zeros(3), np.zeros(3))
    quaternion = np.array((1.0, 0.0, 0.0, 0.0))
    return WorldState(stamp_ns, np.zeros(3), quaternion, np.zeros(6), 0.0, np.zeros(6), np.zeros(6), (cube,), stamp_ns)
