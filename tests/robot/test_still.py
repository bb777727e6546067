# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What can be tested of the driver on any robot without moving it. The arm is taken, held and given back."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.ros.conversions import time_ns, twist_array
from rher_interfaces.msg import ArmState

pytestmark = pytest.mark.graph

STILL = 0.002
"""Distance that counts as none [m]: of an arm that is held by its servos, or by its brakes."""


def position(state: ArmState) -> np.ndarray:
    p = state.tcp_pose.position
    return np.array((p.x, p.y, p.z))


def test_a_connected_arm_is_told_and_disabled(client):
    state = client.next_state(lambda state: state.safety == ArmState.DISABLED and any(position(state) != 0.0))
    later = client.fresh_state()
    assert time_ns(later.header.stamp) > time_ns(state.header.stamp)
    assert np.linalg.norm(twist_array(later.tcp_twist)[:3]) < STILL
    client.spin_until(lambda: client.diagnosis().message == "disabled")


def test_a_disabled_arm_takes_no_command(client):
    client.next_state(lambda state: state.safety == ArmState.DISABLED and any(position(state) != 0.0))
    state = client.step(1, 1, (0.0, 0.05, 0.0))
    assert state.stopped
    assert "call /arm/enable" in state.reason


def test_pre_flight_passes_and_the_arm_is_held_and_given_back(client):
    before = client.next_state(lambda state: state.safety == ArmState.DISABLED and any(position(state) != 0.0))
    answer = client.call("enable")
    assert answer.success, answer.message
    client.next_state(lambda state: state.safety == ArmState.NORMAL)
    held = client.run(1, [(0.0, 0.0, 0.0)] * 10)[-1]
    assert not held.stopped, held.reason
    assert np.linalg.norm(position(held) - position(before)) < STILL
    answer = client.call("disable")
    assert answer.success, answer.message
    client.next_state(lambda state: state.safety == ArmState.DISABLED)
    assert np.linalg.norm(position(client.fresh_state()) - position(before)) < STILL
