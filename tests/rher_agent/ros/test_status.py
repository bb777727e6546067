# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What people and monitors are told of a training, once an episode."""

from __future__ import annotations

import time

import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rher_agent.ros.quality import LATCHED
from rher_agent.ros.status import DIAGNOSTICS, DIAGNOSTICS_DEPTH, STATUS, StatusPublisher
from rher_interfaces.msg import TrainingStatus

HANG = 30.0
"""[s]"""


def spin_until(node, condition):
    hang = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < hang
        rclpy.spin_once(node, timeout_sec=0.1)


def make_status(node):
    return StatusPublisher(
        node, run="runs/mine", task="push", phase="train", stages=("reach", "push"), max_episodes=300
    )


def test_who_joins_late_hears_of_the_last_episode(ros, make_episode):
    node = ros()
    make_status(node).episode(make_episode(12))
    heard = []
    node.create_subscription(TrainingStatus, STATUS, heard.append, LATCHED)
    spin_until(node, lambda: heard)
    (message,) = heard
    assert (message.run, message.task, message.phase) == ("runs/mine", "push", "train")
    assert (message.episode, message.max_episodes, message.env_steps, message.updates) == (12, 300, 600, 960)
    assert dict(zip(message.stages, message.stage_success, strict=True)) == {"reach": 1.0, "push": 0.012}
    assert (message.guide_share_before, message.guide_share_after) == (0.5, 0.25)
    assert (message.critic_loss, message.q_mean) == pytest.approx((1.2, -1.2))
    assert (message.env_steps_per_s, message.updates_per_s) == (100.0, 160.0)


def test_monitors_are_told_whether_the_last_episode_was_practice(ros, make_episode):
    node = ros()
    status = make_status(node)
    heard = []
    node.create_subscription(DiagnosticArray, DIAGNOSTICS, heard.append, DIAGNOSTICS_DEPTH)
    spin_until(node, lambda: status._diagnostics.get_subscription_count() > 0)
    for episode, practice in ((1, True), (2, False)):
        heard.clear()
        status.episode(make_episode(episode, practice=practice))
        spin_until(node, lambda: heard)
        (told,) = heard[0].status
        assert told.message == f"episode {episode} of 300"
        assert {pair.key: pair.value for pair in told.values}["last training episode was practice"] == str(practice)
