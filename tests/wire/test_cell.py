# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A learner's world on a whole cell in real time: episodes, a stop in one of them, and what the arm truly did."""

from __future__ import annotations

import time

import numpy as np
import pytest
from rher_agent.worlds.world import WorldError
from rher_sim_bridge.emulated_cell import START_HEIGHT, EmulatedCell
from rher_sim_bridge.emulated_operator import Operator, rest, way_between
from rher_sim_bridge.ur_controller.options import ControllerOptions

pytestmark = pytest.mark.graph

FORWARD = np.array((0.0, 1.0))
"""Action at full speed along y."""
STILL = 0.001
"""Way of the TCP that counts as none [m]."""
AFTERMATH = 0.5
"""Simulated time for which the arm is watched after a stop [s]."""


@pytest.fixture
def cell(domain, tmp_path):
    with EmulatedCell(tmp_path, ControllerOptions(unlock_delay=0.5)) as cell:
        yield cell


@pytest.fixture
def operator(ros, cell):
    operator = Operator()
    yield operator
    operator.close()


def test_episodes_move_a_stop_spoils_one_and_the_next_goes_on(cell, operator):
    operator.enable()
    start = operator.begin(seed=3)
    layout = operator.world.task.layout
    tcp, cube = start.observation[layout.tcp_position], start.observation[layout.object_positions[0]]
    true = cell.controller.faults.state()
    assert tcp == pytest.approx(true["tcp_position"], abs=2e-3)
    assert tcp[2] == pytest.approx(START_HEIGHT, abs=2e-3)
    assert cube == pytest.approx(true["cube_position"], abs=1e-3)
    assert np.linalg.norm(cube - start.desired_goal[0]) > operator.world.task.parameters.tolerance

    steps = [operator.world.step(FORWARD) for _ in range(3)]
    assert not any(step.stopped for step in steps), [step.reason for step in steps]
    assert [step.step for step in steps] == [1, 2, 3]
    assert steps[-1].observation[1] - start.observation[1] > 0.03
    assert steps[-1].action == pytest.approx(FORWARD, abs=1e-6)

    stopped_ns = time.monotonic_ns()
    assert operator.call("arm/stop").success
    spoilt = operator.world.step(FORWARD)
    assert spoilt.stopped
    assert spoilt.truncated
    assert "stopped by a person" in spoilt.reason
    with pytest.raises(WorldError, match="call reset first"):
        operator.world.step(FORWARD)
    cell.controller.faults.wait(AFTERMATH)
    rest_ns, _ = rest(cell.log(), stopped_ns, time.monotonic_ns())
    assert way_between(cell.log(), rest_ns, time.monotonic_ns()) < STILL

    assert operator.recover()
    again = operator.begin(seed=3)
    assert again.episode == start.episode + 1
    assert again.observation[layout.object_positions[0]] == pytest.approx(cube, abs=1e-3)
    moved = operator.world.step(-FORWARD)
    assert not moved.stopped, moved.reason
    after = operator.world.step(-FORWARD)
    assert after.observation[1] < again.observation[1] - 0.01
