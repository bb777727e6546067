# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes that die, wrong parameters, commands that must not move the arm."""

from __future__ import annotations

import math
import threading
import time

import numpy as np
import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.executors import SingleThreadedExecutor
from rher_agent.ros.conversions import command_message, pose_arrays, time_ns
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LOCKSTEP
from rher_agent.tasks.push import PushTask
from rher_agent.worlds.world import WorldError
from rher_interfaces.msg import ArmCommand, ArmState
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld
from std_srvs.srv import Trigger

pytestmark = pytest.mark.graph

HANG = 30.0
FORWARD = np.array((0.5, 0.1))


def call(node, name):
    client = node.create_client(Trigger, name)
    assert client.wait_for_service(HANG)
    future = client.call_async(Trigger.Request())
    rclpy.spin_until_future_complete(node, future, timeout_sec=HANG)
    assert future.done()
    return future.result()


def test_killed_simulation_is_reported(start_sim, make_ros_world):
    sim = start_sim()
    world = make_ros_world(timeout=1.0)
    world.reset(seed=0)
    world.step(FORWARD)
    sim.kill()
    with pytest.raises(WorldError, match=r"no /arm/state for step 2 of episode 0 in 1\.0 s"):
        world.step(FORWARD)
    with pytest.raises(WorldError, match="no answer to the reset of episode 1"):
        world.reset(seed=1)


def test_absent_simulation_is_reported(make_ros_world):
    with pytest.raises(WorldError, match="/world/reset is not there"):
        make_ros_world(startup_timeout=0.5).reset(seed=0)


def test_restarted_policy_is_served_from_the_beginning(start_sim, start_script, make_ros_world):
    start_sim()
    policy = start_script("endless_policy.py")
    policy.read_until(r"^7$")
    policy.kill()
    world, reference = make_ros_world(), MujocoWorld()
    assert world.reset(seed=0).observation.tobytes() == reference.reset(seed=0).observation.tobytes()
    for _ in range(10):
        assert world.step(FORWARD).observation.tobytes() == reference.step(FORWARD).observation.tobytes()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"task": "fly"}, "task is 'fly'; allowed: double_push"),
        ({"action_delay": -1}, "action_delay is -1; allowed: 0 or more control periods"),
        ({"action_delay": "late"}, "action_delay is 'late'; allowed: a whole number"),
        ({"object_position_noise": -0.1}, "object_position_noise is -0.1; allowed: 0 or more"),
        ({"real_time_factor": -1.0}, "real_time_factor is -1.0; allowed: 0.0 to 1000.0"),
        ({"real_time_factor": 0.02}, "real_time_factor is 0.02; allowed: 0 (as fast as possible), or 0.1 and more"),
        ({"servo_period": 0.007}, "servo_period is 0.007 s; allowed: a whole multiple of physics_timestep"),
        ({"acton_delay": 1}, "unknown parameter acton_delay; allowed: action_delay, film, object_position_noise"),
    ],
)
def test_wrong_parameter_is_refused_in_one_line(start_sim, parameters, message):
    code, output = start_sim(**parameters).finish()
    assert code == 1
    assert len(output.splitlines()) == 1
    assert output.startswith(f"sim_node: {message}")


def test_impossible_reset_is_refused_with_a_reason(start_sim, make_ros_world):
    class LiftTask(PushTask):
        name = "lift"

    start_sim()
    with pytest.raises(WorldError, match="episode 0 was refused: task is 'lift'; allowed: push"):
        make_ros_world(LiftTask()).reset(seed=0)
    world = make_ros_world()
    with pytest.raises(WorldError, match="episode 0 was refused: seed is -1; allowed: 0 or more"):
        world.reset(seed=-1)
    with pytest.raises(WorldError, match=r"episode 1 was refused: goal is .*; allowed: finite positions of shape"):
        world.reset(goal=np.zeros((2, 3)))
    assert world.reset(seed=0).step == 0


WRONG_COMMANDS = {
    "finite": {"twist": np.array((math.nan, 0.0, 0.0, 0.0, 0.0, 0.0))},
    "frame": {"frame_id": "base"},
    "freshness": {"stamp_ns": 10**12},
    "writer": {"writer": "somebody"},
    "command 3 of episode 0": {"step": 3},
    "command 1 of episode 5": {"episode": 5},
}


def wrong_command(state, changes):
    """A command for the first step with something wrong in it."""
    fields = {
        "twist": np.array((0.2, 0.0, 0.0, 0.0, 0.0, 0.0)),
        "gripper": math.nan,
        "writer": "policy",
        "episode": 0,
        "step": 1,
        "stamp_ns": state.stamp_ns,
        "frame_id": "base_link",
        **changes,
    }
    frame_id = fields.pop("frame_id")
    command = command_message(**fields)
    command.header.frame_id = frame_id
    return command


def test_wrong_command_moves_nothing_and_is_answered_with_a_reason(start_sim, make_ros_world):
    start_sim()
    world, reference = make_ros_world(), MujocoWorld()
    world.reset(seed=3)
    reference.reset(seed=3)
    still = world.state
    node = rclpy.create_node("intruder")
    refused = []
    node.create_subscription(
        ArmState, ARM_STATE, lambda state: refused.append(state) if state.refused else None, LOCKSTEP
    )
    publisher = node.create_publisher(ArmCommand, ARM_COMMAND, LOCKSTEP)
    for why, changes in WRONG_COMMANDS.items():
        hang = time.monotonic() + HANG
        while not any(why in state.reason for state in refused):
            assert time.monotonic() < hang, why
            publisher.publish(wrong_command(still, changes))
            rclpy.spin_once(node, timeout_sec=0.1)
    node.destroy_node()
    for state in refused:
        assert state.refused
        assert "was refused: admission link '" in state.reason
        assert (state.episode, state.step) == (0, 0)
        assert time_ns(state.header.stamp) == still.stamp_ns
        assert pose_arrays(state.tcp_pose)[0].tobytes() == still.tcp_position.tobytes()
    # The true policy goes on as if nothing had been.
    assert world.step(FORWARD).observation.tobytes() == reference.step(FORWARD).observation.tobytes()


def test_policy_under_a_wrong_name_learns_why_nothing_moves(start_sim, make_ros_world):
    start_sim(writer="somebody_else")
    world = make_ros_world(timeout=1.0)
    world.reset(seed=0)
    with pytest.raises(WorldError, match="command 1 of episode 0 from 'policy' was refused: admission link 'writer'"):
        world.step(FORWARD)


def test_second_world_in_the_domain_is_named(start_sim, make_ros_world):
    start_sim()
    world = make_ros_world()
    world.reset(seed=0)
    start_sim()
    hang = time.monotonic() + HANG
    watcher = rclpy.create_node("watcher")
    while watcher.count_publishers("/arm/state") < 2:
        assert time.monotonic() < hang
        rclpy.spin_once(watcher, timeout_sec=0.1)
    watcher.destroy_node()
    with pytest.raises(WorldError, match="2 publishers of /arm/state in this ROS domain; allowed: one world"):
        world.reset(seed=1)


def test_stop_ends_the_episode_and_the_next_one_waits_for_enable(start_sim, make_ros_world):
    start_sim()
    world = make_ros_world(timeout=1.0)
    node = rclpy.create_node("person")
    world.reset(seed=0)
    world.step(FORWARD)
    assert call(node, "/arm/stop").success
    step = world.step(FORWARD)
    assert step.stopped
    assert step.truncated
    assert step.reason == "stopped by a person"
    assert not call(node, "/arm/recover").success

    client = node.create_client(Trigger, "/arm/enable")
    assert client.wait_for_service(HANG)
    stopped = []

    def diagnosed(message):
        stopped.append(message.status[0].level == DiagnosticStatus.WARN)
        # One a second: longer than the silence that counts as death. A world that says "later" is not silent.
        if len(stopped) == 3:
            client.call_async(Trigger.Request())

    node.create_subscription(DiagnosticArray, "/diagnostics", diagnosed, LOCKSTEP)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    thread = threading.Thread(target=executor.spin)
    thread.start()
    try:
        assert world.reset(seed=1).observation.tobytes() == MujocoWorld().reset(seed=1).observation.tobytes()
        assert not world.step(FORWARD).stopped
        assert stopped[:3] == [True] * 3
    finally:
        executor.shutdown()
        thread.join()
        node.destroy_node()
