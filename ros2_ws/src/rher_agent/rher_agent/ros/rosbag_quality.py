# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Quality of service in the words of rosbag2, by which `ros2 bag play` knows what a late joiner must still get."""

from __future__ import annotations

import yaml
from rclpy.duration import Duration
from rclpy.qos import QoSProfile

from rher_agent.ros.conversions import NS_PER_S


def rosbag_quality(quality: QoSProfile) -> str:
    """Return the profile of one publisher as rosbag2, from Jazzy on, keeps it with a channel: a YAML list of one."""
    profile = {
        "history": quality.history.short_key,
        "depth": quality.depth,
        "reliability": quality.reliability.short_key,
        "durability": quality.durability.short_key,
        "deadline": _time(quality.deadline),
        "lifespan": _time(quality.lifespan),
        "liveliness": quality.liveliness.short_key,
        "liveliness_lease_duration": _time(quality.liveliness_lease_duration),
        "avoid_ros_namespace_conventions": quality.avoid_ros_namespace_conventions,
    }
    return str(yaml.safe_dump([profile], sort_keys=False))


def _time(duration: Duration) -> dict[str, int]:
    seconds, nanoseconds = divmod(duration.nanoseconds, NS_PER_S)
    return {"sec": seconds, "nsec": nanoseconds}
