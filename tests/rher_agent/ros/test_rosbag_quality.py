# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Quality of service in the words of rosbag2."""

from __future__ import annotations

from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, LivelinessPolicy, QoSProfile, ReliabilityPolicy
from rher_agent.ros.rosbag_quality import rosbag_quality

WRITTEN = """\
- history: keep_last
  depth: 3
  reliability: best_effort
  durability: transient_local
  deadline:
    sec: 1
    nsec: 500000000
  lifespan:
    sec: 0
    nsec: 0
  liveliness: automatic
  liveliness_lease_duration:
    sec: 0
    nsec: 0
  avoid_ros_namespace_conventions: false
"""


def test_a_profile_is_written_field_by_field_by_name():
    quality = QoSProfile(
        depth=3,
        reliability=ReliabilityPolicy.BEST_EFFORT,
        durability=DurabilityPolicy.TRANSIENT_LOCAL,
        deadline=Duration(seconds=1, nanoseconds=500_000_000),
        liveliness=LivelinessPolicy.AUTOMATIC,
    )
    assert rosbag_quality(quality) == WRITTEN
