# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes that are told to end: at once, in order, without a traceback, whatever they are doing."""

from __future__ import annotations

import json
import signal

import numpy as np
import pytest
import rclpy
from std_srvs.srv import SetBool

pytestmark = pytest.mark.graph

HANG = 60.0
FORWARD = np.array((0.5, 0.1))
SMALL = {
    "learner_mode": "sync",
    "learner.hidden": 16,
    "learner.updates_per_episode": 3,
    "trainer.evaluation_interval": 1,
    "trainer.evaluation_episodes": 1,
    "trainer.target_success": 1.0,
}
"""A run that says something after every episode."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_simulation_ends_cleanly_in_the_middle_of_stepping(start_sim, start_script, number):
    sim = start_sim()
    policy = start_script("endless_policy.py")
    policy.read_until(r"^9$")
    code, output = sim.interrupt(number)
    policy.kill()
    assert code == 0, output
    assert "Traceback" not in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_camera_and_perception_end_cleanly_in_the_middle_of_stepping(start_sim, start_camera, start_script, number):
    start_sim(perception="camera")
    nodes = start_camera()
    policy = start_script("endless_policy.py")
    policy.read_until(r"^9$")
    ends = [node.interrupt(number) for node in nodes]
    policy.kill()
    for code, output in ends:
        assert code == 0, output
        assert "Traceback" not in output


def test_simulation_ends_cleanly_while_it_paces(start_sim, make_ros_world):
    sim = start_sim(real_time_factor=0.1)
    world = make_ros_world(timeout=HANG)
    world.reset(seed=0)
    world.step(FORWARD)
    world.step(FORWARD)
    code, output = sim.interrupt(signal.SIGTERM)
    assert code == 0, output
    assert "Traceback" not in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_ends_as_interrupted_by_either_signal(start_sim, start_policy, tmp_path, number):
    start_sim()
    policy = start_policy(output=tmp_path / "run", **SMALL)
    policy.read_until("episode 1/")
    code, output = policy.interrupt(number)
    assert code == 0, output
    assert "Interrupted after" in output
    assert "Traceback" not in output


def test_paused_run_ends_when_interrupted(start_sim, start_policy, tmp_path, ros):
    start_sim()
    policy = start_policy(output=tmp_path / "run", **SMALL)
    node = rclpy.create_node("person")
    client = node.create_client(SetBool, "/rher/pause")
    assert client.wait_for_service(HANG)
    paused = client.call_async(SetBool.Request(data=True))
    rclpy.spin_until_future_complete(node, paused, timeout_sec=HANG)
    assert paused.result().success
    node.destroy_node()
    code, output = policy.interrupt()
    assert code == 0, output
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["interrupted"]
