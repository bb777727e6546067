# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The driver moving any robot, slowly and inside its workspace; judged by what the robot measures."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.ros.conversions import twist_array
from rher_interfaces.msg import ArmState

pytestmark = [pytest.mark.graph, pytest.mark.moves]

SLOW = 0.05
"""[m/s]"""
STEPS = 10
PERIOD = 0.1
"""Control period [s]."""
LAG = 0.015
"""Distance by which an arm may be behind or before what was commanded at SLOW [m]."""
AT_REST = 0.005
"""Speed that counts as none in a measured twist [m/s]."""


def position(state: ArmState) -> np.ndarray:
    p = state.tcp_pose.position
    return np.array((p.x, p.y, p.z))


@pytest.fixture
def enabled(client):
    """The arm, taken and brought to where an episode begins."""
    client.next_state(lambda state: state.safety == ArmState.DISABLED and any(position(state) != 0.0))
    answer = client.call("enable")
    assert answer.success, answer.message
    client.next_state(lambda state: state.safety == ArmState.NORMAL)
    answer = client.call("reset")
    assert answer.success, answer.message
    return client


def test_the_arm_follows_comes_back_and_rests_when_commands_stop(enabled):
    start = position(enabled.fresh_state())
    there = enabled.run(1, [(0.0, SLOW, 0.0)] * STEPS)
    assert not any(state.stopped or state.clipped for state in there), {state.reason for state in there}
    # Between two commands the last one is held on, so that the way is at least that of whole periods.
    way = position(there[-1])[1] - start[1]
    assert way > STEPS * PERIOD * SLOW - LAG
    assert np.abs(position(there[-1])[[0, 2]] - start[[0, 2]]).max() < LAG
    back = enabled.run(2, [(0.0, -SLOW, 0.0)] * STEPS)
    assert not any(state.stopped for state in back)
    assert position(back[-1])[1] < position(there[-1])[1] - STEPS * PERIOD * SLOW + LAG
    rested = enabled.next_state(lambda state: np.linalg.norm(twist_array(state.tcp_twist)[:3]) < AT_REST)
    assert rested.safety == ArmState.NORMAL, f"commands that stop coming are no fault, but: {rested.reason}"
    assert enabled.call("disable").success


def test_the_arm_stops_holds_and_goes_on_when_recovered(enabled):
    enabled.run(1, [(0.0, SLOW, 0.0)] * 3)
    assert enabled.call("stop").success
    held = enabled.next_state(lambda state: np.linalg.norm(twist_array(state.tcp_twist)[:3]) < AT_REST)
    assert held.safety == ArmState.STOPPED
    where = position(held)
    ignored = enabled.step(1, 4, (0.0, SLOW, 0.0))
    assert ignored.stopped
    refused = enabled.call("recover")
    while not refused.success and "at rest" in refused.message:
        refused = enabled.call("recover")
    assert refused.success, refused.message
    assert np.linalg.norm(position(enabled.fresh_state()) - where) < AT_REST
    assert not enabled.run(2, [(0.0, -SLOW, 0.0)] * 3)[-1].stopped
    assert enabled.call("disable").success
