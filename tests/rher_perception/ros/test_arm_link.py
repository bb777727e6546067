# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The calibration's hand on the arm: what it takes from the arm's states, and what it commands."""

from __future__ import annotations

import time

import numpy as np
import pytest
import rclpy
from rher_agent.ros.conversions import fill_header, fill_pose, time_ns, twist_array
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LOCKSTEP
from rher_interfaces.msg import ArmCommand, ArmState
from rher_perception.ros.arm_link import LATE_LIMIT, ArmHeldError, ArmLink

HANG = 10.0
"""Time after which a wait is a failure [s]."""
AHEAD = np.array([0.1, 0.0, 0.0, 0.0, 0.0, 0.2])


class Arm:
    """Plays a driver."""

    def __init__(self, executor):
        self._executor = executor
        self.node = rclpy.create_node("arm")
        self.heard, self.commands = [], []
        self.link = ArmLink(self.node, lambda stamp_ns, pose: self.heard.append((stamp_ns, pose)))
        self._states = self.node.create_publisher(ArmState, ARM_STATE, LOCKSTEP)
        self.node.create_subscription(ArmCommand, ARM_COMMAND, self.commands.append, LOCKSTEP)
        executor.add_node(self.node)
        self._stamp_ns = 0

    def spin_until(self, condition):
        hang = time.monotonic() + HANG
        while not condition():
            assert time.monotonic() < hang, "it never came"
            self._executor.spin_once(timeout_sec=0.1)

    def tell(self, episode=4, step=0, **more):
        """Tell a state; return when the link has it."""
        self._stamp_ns += 100_000_000
        state = ArmState(episode=episode, step=step, **more)
        fill_header(state.header, self._stamp_ns)
        fill_pose(state.tcp_pose, np.array([0.5, 0.0, 0.2]), np.array([0.0, 1.0, 0.0, 0.0]))
        seen = []
        watch = self.node.create_subscription(ArmState, ARM_STATE, seen.append, LOCKSTEP)
        self.spin_until(lambda: watch.handle and self._states.get_subscription_count() == 2)
        self._states.publish(state)
        self.spin_until(lambda: seen and (state.refused or time_ns(self.link.state.header.stamp) == self._stamp_ns))
        self.node.destroy_subscription(watch)

    def answer(self, **more):
        """Answer the command that came last."""
        last = self.commands[-1]
        self.tell(last.episode, last.step, **more)

    def command(self, count):
        """Return the command that came as the count-th."""
        self.spin_until(lambda: len(self.commands) >= count)
        return self.commands[count - 1]


@pytest.fixture
def arm(executor):
    arm = Arm(executor)
    yield arm
    arm.node.destroy_node()


def test_commands_follow_each_other_in_an_episode_of_their_own(arm):
    arm.tell(episode=4)
    arm.link.begin()
    assert arm.link.answered
    arm.link.send(AHEAD)
    assert not arm.link.answered
    first = arm.command(1)
    assert (first.writer, first.episode, first.step) == ("calibration", 5, 1)
    np.testing.assert_array_equal(twist_array(first.twist), AHEAD)
    assert np.isnan(first.gripper)
    assert time_ns(first.header.stamp) == time_ns(arm.link.state.header.stamp)
    arm.answer()
    assert arm.link.answered
    arm.link.check()
    arm.link.send(AHEAD)
    assert (arm.command(2).episode, arm.commands[1].step) == (5, 2)


def test_a_command_sent_again_keeps_its_number_and_takes_the_newest_stamp(arm):
    arm.tell()
    arm.link.begin()
    arm.link.send(AHEAD)
    first = arm.command(1)
    arm.tell()
    arm.link.send_again()
    second = arm.command(2)
    assert (second.episode, second.step) == (first.episode, first.step)
    assert second.twist == first.twist
    assert time_ns(second.header.stamp) > time_ns(first.header.stamp)


def test_late_commands_begin_a_new_episode_but_not_for_ever(arm):
    arm.tell()
    arm.link.begin()
    for late in range(1, LATE_LIMIT + 1):
        arm.link.send(AHEAD)
        assert (arm.command(late).episode, arm.commands[-1].step) == (4 + late, 1)
        arm.answer(stopped=True, reason="the command was decided on a state 0.40 s old")
        arm.link.check()
    arm.link.send(AHEAD)
    arm.command(LATE_LIMIT + 1)
    arm.answer(stopped=True, reason="the command was decided on a state 0.40 s old")
    with pytest.raises(ArmHeldError, match=r"0\.40 s old"):
        arm.link.check()


def test_what_holds_the_arm_is_told(arm):
    with pytest.raises(ArmHeldError, match="nothing was heard"):
        arm.link.check()
    arm.tell(safety=ArmState.DISABLED)
    with pytest.raises(ArmHeldError, match="call /arm/enable"):
        arm.link.check()
    arm.tell(safety=ArmState.STOPPED, reason="stopped by a person")
    with pytest.raises(ArmHeldError, match="stopped by a person"):
        arm.link.check()


def test_a_refusal_counts_when_it_is_ours(arm):
    arm.tell()
    arm.link.begin()
    arm.link.send(AHEAD)
    arm.command(1)
    arm.tell(refused=True, reason="command 7 of episode 2 from 'policy' was refused: admission link 'writer'")
    arm.link.check()
    assert not arm.link.answered
    arm.tell(refused=True, reason="command 1 of episode 5 from 'calibration' was refused: admission link 'writer'")
    arm.spin_until(lambda: arm.link.answered)
    with pytest.raises(ArmHeldError, match="from 'calibration' was refused"):
        arm.link.check()


def test_the_judge_hears_of_every_arm_that_is_not_lost(arm):
    arm.tell(safety=ArmState.DISABLED)
    arm.tell(safety=ArmState.LOST)
    (heard,) = arm.heard
    assert heard[0] == 100_000_000
    np.testing.assert_allclose(heard[1].translation, (0.5, 0.0, 0.2))
    np.testing.assert_allclose(heard[1].rotation, np.diag([1.0, -1.0, -1.0]), atol=1e-12)
