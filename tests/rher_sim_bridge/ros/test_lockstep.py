# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from rher_robot_driver.safety.admission.chain import build_admission_chain
from rher_robot_driver.safety.command import TwistCommand
from rher_sim_bridge.ros.lockstep import LockstepServer, ResetRequest
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld
from rher_sim_bridge.worlds.task_safety import task_safety

REQUEST = ResetRequest(caller=7, episode=1, task="push", seed=5, goal=())


@pytest.fixture(scope="module")
def world():
    return MujocoWorld()


@pytest.fixture
def server(world):
    return LockstepServer(world, build_admission_chain(task_safety(world.task), "policy"))


def command(server, step, *, episode=1, speed=0.1):
    return TwistCommand(
        twist=np.array((speed, 0.0, 0.0, 0.0, 0.0, 0.0)),
        gripper=math.nan,
        frame_id="base_link",
        stamp_ns=server.answer.state.stamp_ns,
        writer="policy",
        episode=episode,
        step=step,
    )


def test_each_command_advances_one_period(server, world):
    start = server.reset(REQUEST).start
    for step in (1, 2, 3):
        verdict = server.command(command(server, step))
        assert verdict.advanced
        assert verdict.answer.step == step
        period_ns = round(world.task.control_period * 1e9)
        assert verdict.answer.state.stamp_ns == start.state.stamp_ns + step * period_ns


def test_repeated_command_is_answered_again_and_moves_nothing(server, world):
    server.reset(REQUEST)
    once = server.command(command(server, 1))
    stamp_ns = world.stamp_ns
    again = server.command(command(server, 1))
    assert again.answer is once.answer
    assert not again.advanced
    assert world.stamp_ns == stamp_ns


def test_refused_command_can_be_sent_right(server):
    server.reset(REQUEST)
    refusal = server.command(command(server, 1, speed=math.nan)).refusal
    assert refusal == "admission link 'finite'; the state at hand is step 0 of episode 1"
    assert server.command(command(server, 1)).advanced
    assert server.refusals == 1


@pytest.mark.parametrize(("episode", "step"), [(1, 0), (1, 1), (1, 4), (0, 3), (2, 1)])
def test_old_future_and_foreign_commands_are_refused(server, world, episode, step):
    server.reset(REQUEST)
    server.command(command(server, 1))
    server.command(command(server, 2))
    stamp_ns = world.stamp_ns
    verdict = server.command(command(server, step, episode=episode))
    assert verdict.answer is None
    assert verdict.refusal == "admission link 'order'; the state at hand is step 2 of episode 1"
    assert world.stamp_ns == stamp_ns


def test_repeat_by_another_writer_is_refused(server):
    server.reset(REQUEST)
    server.command(command(server, 1))
    verdict = server.command(replace(command(server, 1), writer="somebody"))
    assert verdict.answer is None
    assert "'writer'" in verdict.refusal


def test_command_before_any_episode_is_refused(server):
    first = TwistCommand(np.zeros(6), math.nan, "base_link", 0, "policy", 1, 1)
    assert server.command(first).refusal == "no episode has begun"


def test_too_fast_a_command_is_capped_and_says_so(server):
    server.reset(REQUEST)
    verdict = server.command(command(server, 1, speed=5.0))
    assert verdict.answer.clipped
    assert "step_cap" in verdict.answer.reason


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_repeated_reset_is_one_episode_however_late_it_comes(server, world, steps):
    once = server.reset(REQUEST)
    assert not once.repeated
    for step in range(steps):
        server.command(command(server, step + 1))
    stamp_ns = world.stamp_ns
    again = server.reset(REQUEST)
    assert again.start is once.start
    assert again.repeated
    assert world.stamp_ns == stamp_ns
    assert server.command(command(server, steps + 1)).advanced


def test_same_request_of_a_restarted_policy_begins_the_episode_anew(server):
    once = server.reset(REQUEST)
    server.command(command(server, 1))
    anew = server.reset(replace(REQUEST, caller=8))
    assert not anew.repeated
    assert anew.start.state.stamp_ns > once.start.state.stamp_ns
    assert anew.start.state.tcp_position.tobytes() == once.start.state.tcp_position.tobytes()
    assert server.command(command(server, 1)).advanced


def test_another_request_is_another_episode(server):
    once = server.reset(REQUEST)
    other = server.reset(replace(REQUEST, seed=6))
    assert other.start.desired_goal.tobytes() != once.start.desired_goal.tobytes()


def test_explicit_goal_is_used(server):
    start = server.reset(replace(REQUEST, goal=((0.5, 0.1, 0.025),))).start
    assert start.desired_goal.tolist() == [[0.5, 0.1, 0.025]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task": "fly"}, "allowed: push"),
        ({"seed": -2}, "allowed: 0 or more"),
        ({"goal": ((0.0, 0.0, math.nan),)}, "finite"),
    ],
)
def test_impossible_request_is_refused_and_leaves_the_episode(server, change, message):
    server.reset(REQUEST)
    server.command(command(server, 1))
    answer = server.reset(replace(REQUEST, **change))
    assert message in answer.refusal
    assert answer.start is None
    assert server.command(command(server, 2)).advanced


def test_stop_holds_the_arm_until_enable_and_a_reset(server):
    server.reset(REQUEST)
    server.command(command(server, 1))
    server.stop("by hand")
    assert server.command(command(server, 2)).answer.stopped
    still = server.command(command(server, 3)).answer
    moved = server.command(command(server, 4)).answer.state.tcp_position - still.state.tcp_position
    assert np.abs(moved).max() < 1e-4

    following = replace(REQUEST, episode=2)
    waiting = server.reset(following)
    assert waiting.start is None
    assert not waiting.refusal
    begun = server.enable()
    assert begun.start.episode == 2
    assert server.reset(following).start is begun.start
    assert not server.command(command(server, 1, episode=2)).answer.stopped


def test_enable_alone_does_not_move_the_arm(server):
    server.reset(REQUEST)
    server.stop("by hand")
    assert server.enable() is None
    assert server.command(command(server, 1)).answer.stopped


def test_reset_repeated_under_a_stop_is_not_ready_before_enable(server):
    server.reset(REQUEST)
    server.stop("by hand")
    assert server.reset(REQUEST).start is None
    assert server.enable().start is not None
    assert not server.command(command(server, 1)).answer.stopped


def test_reset_repeated_after_a_stop_was_ended_begins_anew(server):
    once = server.reset(REQUEST)
    server.stop("by hand")
    server.enable()
    assert server.reset(REQUEST).start is not once.start
    assert not server.command(command(server, 1)).answer.stopped


def test_late_repeat_of_a_stopped_episode_does_not_wait_for_enable(server):
    once = server.reset(REQUEST)
    server.command(command(server, 1))
    server.stop("by hand")
    assert server.reset(REQUEST).start is once.start
    assert server.enable() is None
