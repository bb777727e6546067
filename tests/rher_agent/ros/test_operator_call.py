# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a person is asked for is told to who looks, in words over the table, and taken away when nobody is needed."""

from __future__ import annotations

import time

import rclpy
from rher_agent.ros.operator_call import HEIGHT, OPERATOR, OPERATOR_MARKER, OperatorCall
from rher_agent.ros.quality import LATCHED, LOCKSTEP
from std_msgs.msg import String
from visualization_msgs.msg import Marker, MarkerArray

HANG = 30.0
"""[s]"""
PLACE = (0.5, 0.1, 0.0)


def spin_until(node, condition):
    hang = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < hang
        rclpy.spin_once(node, timeout_sec=0.1)


def test_words_stand_over_the_table_until_nobody_is_needed(ros):
    node = ros()
    call = OperatorCall(node, PLACE)
    heard: list[MarkerArray] = []
    node.create_subscription(MarkerArray, OPERATOR_MARKER, heard.append, LOCKSTEP)
    spin_until(node, lambda: call._markers.get_subscription_count() > 0)
    for needed, action in (("put the cube on the table", Marker.ADD), ("", Marker.DELETE)):
        heard.clear()
        call.tell(needed)
        spin_until(node, lambda: heard)
        (marker,) = heard[0].markers
        assert (marker.header.frame_id, marker.type) == ("base_link", Marker.TEXT_VIEW_FACING)
        assert (marker.text, marker.action) == (needed, action)
        assert (marker.pose.position.x, marker.pose.position.y, marker.pose.position.z) == (0.5, 0.1, HEIGHT)


def test_who_joins_late_hears_what_is_needed_and_it_is_told_once(ros):
    node = ros()
    call = OperatorCall(node, PLACE)
    call.tell("put the cube on the table")
    heard: list[str] = []
    node.create_subscription(String, OPERATOR, lambda message: heard.append(message.data), LATCHED)
    spin_until(node, lambda: heard)
    call.tell("put the cube on the table")
    call.tell("")
    spin_until(node, lambda: len(heard) > 1)
    assert heard == ["put the cube on the table", ""]
