# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Lock-step with a camera: what the learner sees was seen in rendered pictures, and nothing else has changed."""

from __future__ import annotations

import ctypes.util

import numpy as np
import pytest
from rher_agent.worlds.world import WorldError
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld
from rher_sim_bridge.worlds.parameters import SimParameters

pytestmark = [
    pytest.mark.graph,
    pytest.mark.skipif(ctypes.util.find_library("usb-1.0") is None, reason="librealsense needs libusb"),
]

LATENCY = {"observation_latency": 0.05}
CUBE = slice(3, 6)
SEEN = (CUBE, slice(9, 12), slice(15, 17))
"""What of an observation is seen: the cube's position, velocity and yaw."""
ERROR = 0.003
"""Greatest error of a cube that is seen [m]."""
EPISODES = 3


def assert_sees_the_truth(ros_world, *, seeds):
    """Act beside a world in process; the arm must be the same to the bit, and the cube where it truly is."""
    truth = MujocoWorld(parameters=SimParameters(**LATENCY))
    task = truth.task
    rng = np.random.default_rng(3)
    compared = 0
    for seed in seeds:
        mine, theirs = truth.reset(seed=seed), ros_world.reset(seed=seed)
        assert theirs.desired_goal.tobytes() == mine.desired_goal.tobytes(), "it began another episode"
        while not (mine.truncated or theirs.truncated):
            unseen = np.ones(task.layout.size, dtype=bool)
            for part in SEEN:
                unseen[part] = False
            assert theirs.observation[unseen].tobytes() == mine.observation[unseen].tobytes()
            assert theirs.age >= mine.age == pytest.approx(0.05)
            if theirs.age == mine.age:
                assert not np.array_equal(theirs.observation[CUBE], mine.observation[CUBE]), "it was told the truth"
                assert np.linalg.norm(theirs.observation[CUBE] - mine.observation[CUBE]) < ERROR
                compared += 1
            towards = mine.observation[CUBE][:2] - mine.observation[:2]
            action = 0.6 * towards / np.linalg.norm(towards) + rng.uniform(-0.3, 0.3, 2)
            mine, theirs = truth.step(action), ros_world.step(action)
    return compared


def test_the_cube_is_where_it_was_seen_at_the_capture(start_sim, start_camera, make_ros_world):
    start_sim(perception="camera", **LATENCY)
    start_camera()
    assert assert_sees_the_truth(make_ros_world(), seeds=range(EPISODES)) > 50


def test_a_run_is_the_same_to_the_bit_when_it_is_repeated(start_sim, start_camera, make_ros_world):
    def run():
        nodes = [start_sim(perception="camera", **LATENCY), *start_camera()]
        world = make_ros_world()
        steps = [world.reset(seed=0)]
        steps += [world.step(np.array([0.4, 0.2])) for _ in range(15)]
        for node in reversed(nodes):
            node.close()
        return [step.observation.tobytes() for step in steps]

    assert run() == run()


def test_a_camera_that_is_gone_ends_the_world_with_words(start_sim, start_camera, make_ros_world):
    start_sim(perception="camera")
    camera, _ = start_camera()
    world = make_ros_world(timeout=1.0)
    world.reset(seed=0)
    world.step(np.zeros(2))
    camera.kill()
    with pytest.raises(WorldError, match=r"no /objects for step \d+"):
        for _ in range(3):
            world.step(np.zeros(2))
