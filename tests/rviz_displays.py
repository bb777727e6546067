# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What rher.rviz subscribes to, against what a graph publishes. That rviz2 itself loads the file stays unproven."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from ament_index_python.packages import get_package_share_directory
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSCompatibility, QoSProfile, ReliabilityPolicy, qos_check_compatible

TYPES = {
    "MarkerArray": "visualization_msgs/msg/MarkerArray",
    "Image": "sensor_msgs/msg/Image",
    "Wrench": "geometry_msgs/msg/WrenchStamped",
    "RobotModel": "std_msgs/msg/String",
    "TF": "tf2_msgs/msg/TFMessage",
}
"""What the displays of rviz_default_plugins take."""
WITHOUT_TOPIC = {"Grid"}


@dataclass(frozen=True)
class Display:
    """One topic of one display."""

    name: str
    kind: str
    topic: str
    quality: QoSProfile


def displays() -> list[Display]:
    """Return the displays of the file that show a topic."""
    path = Path(get_package_share_directory("rher_agent")) / "rviz" / "rher.rviz"
    found = []
    for item in yaml.safe_load(path.read_text())["Visualization Manager"]["Displays"]:
        kind = item["Class"].removeprefix("rviz_default_plugins/")
        if kind in WITHOUT_TOPIC:
            continue
        topic = {"Value": "/tf"} if kind == "TF" else item.get("Topic") or item["Description Topic"]
        quality = QoSProfile(
            depth=int(topic.get("Depth", 100)),
            reliability=ReliabilityPolicy[topic.get("Reliability Policy", "Reliable").upper()],
            durability=DurabilityPolicy[topic.get("Durability Policy", "Volatile").upper().replace(" ", "_")],
        )
        found.append(Display(item["Name"], TYPES[kind], topic["Value"], quality))
    return found


def unserved(node: Node) -> set[str]:
    """Return the topics of displays for which nobody publishes what they take as they take it, as a node knows it."""
    return {
        display.topic
        for display in displays()
        if not any(
            info.topic_type == display.kind
            and qos_check_compatible(info.qos_profile, display.quality)[0] is not QoSCompatibility.ERROR
            for info in node.get_publishers_info_by_topic(display.topic)
        )
    }
