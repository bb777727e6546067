# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The graph adds nothing and loses nothing: the same seeds give the same bits in process and through ROS."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, OBJECTS, WORLD_RESET
from rher_agent.tasks.registry import make_task, task_names
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

pytestmark = pytest.mark.graph

EPISODES = 20
NOISY = {"action_delay": 1, "observation_latency": 0.23, "object_position_noise": 0.002, "tcp_position_noise": 0.0005}


def floats(state):
    """Every number of a state, in the order of the messages."""
    numbers = [state.stamp_ns, state.gripper]
    arrays = [state.tcp_position, state.tcp_orientation, state.tcp_twist, state.wrench, state.executed_twist]
    for item in state.objects:
        numbers += [item.age, float(item.tracked)]
        arrays += [item.position, item.orientation, item.linear_velocity, item.angular_velocity]
    return np.concatenate([numbers, *arrays])


def reward(task, step):
    rules = StageRules(task)
    goals = Goals(np.array([len(task.stages) - 1]), np.zeros((1, 3)), step.desired_goal[None])
    return 0.0 if rules.done(step.observation[None], goals)[0] else -1.0


def clipped_in_same_episodes(ros_world, parameters, *, task=None, episodes=EPISODES):
    """Run random actions through both worlds, and the lower level of the one in process beside them for its states.

    Returns the number of steps whose motion a limit changed.
    """
    in_process, below = MujocoWorld(task, parameters), MujocoWorld(task, parameters)
    task = in_process.task
    rng = np.random.default_rng(7)
    clipped = 0
    for episode in range(episodes):
        mine, theirs = in_process.reset(seed=episode), ros_world.reset(seed=episode)
        state = below.reset_state(episode, episode).state
        while True:
            assert (theirs.episode, theirs.step) == (mine.episode, mine.step)
            assert theirs.observation.tobytes() == mine.observation.tobytes()
            assert theirs.desired_goal.tobytes() == mine.desired_goal.tobytes()
            assert theirs.action.tobytes() == mine.action.tobytes()
            assert (theirs.clipped, theirs.stopped, theirs.truncated) == (mine.clipped, mine.stopped, mine.truncated)
            assert (theirs.age, theirs.reason) == (mine.age, mine.reason)
            assert reward(task, theirs) == reward(task, mine)
            assert floats(ros_world.state).tobytes() == floats(state).tobytes()
            if mine.truncated:
                break
            # Straight at times, so that some episodes run into the edge of the box and are clipped.
            straight = np.resize((1.0, 0.3), task.action_size)
            action = rng.uniform(-1.0, 1.0, task.action_size) if episode % 4 else straight
            mine, theirs = in_process.step(action), ros_world.step(action)
            state = below.advance(task.twist(action), task.gripper(action)).state
            clipped += mine.clipped
    return clipped


@pytest.mark.smoke
def test_graph_gives_the_bits_of_the_world_in_process(start_sim, make_ros_world):
    start_sim()
    assert clipped_in_same_episodes(make_ros_world(), None) > 0


@pytest.mark.parametrize("name", [name for name in task_names() if name != "push"])
def test_graph_gives_the_bits_of_every_task(start_sim, make_ros_world, name):
    start_sim(task=name)
    task = make_task(name)
    clipped_in_same_episodes(make_ros_world(task), None, task=task, episodes=2)


def test_bits_are_the_same_with_delays_and_noise(start_sim, make_ros_world):
    from rher_sim_bridge.worlds.parameters import SimParameters

    start_sim(**NOISY)
    assert clipped_in_same_episodes(make_ros_world(), SimParameters(**NOISY)) > 0


def test_bits_are_the_same_when_messages_are_lost_and_doubled(start_sim, start_script, make_ros_world):
    relay = start_script("fault_relay.py")
    start_sim(remap={topic: f"/relayed/{topic}" for topic in (ARM_COMMAND, ARM_STATE, OBJECTS, WORLD_RESET)})
    assert clipped_in_same_episodes(make_ros_world(), None) > 0
    code, output = relay.interrupt()
    assert code == 0, output
    kinds = ("commands", "states", "objects", "resets")
    happened = {f"{fault} {kind}" for fault in ("dropped", "doubled") for kind in kinds}
    assert happened <= set(output.splitlines())
