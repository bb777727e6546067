# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What rher.rviz subscribes to, against what a graph publishes. That rviz2 itself loads the file stays unproven."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import rclpy
import yaml
from ament_index_python.packages import get_package_share_directory
from geometry_msgs.msg import WrenchStamped
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSCompatibility, QoSProfile, ReliabilityPolicy, qos_check_compatible
from rclpy.task import Future
from sensor_msgs.msg import Image
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage
from visualization_msgs.msg import MarkerArray

TYPES: dict[str, type] = {
    "MarkerArray": MarkerArray,
    "Image": Image,
    "Wrench": WrenchStamped,
    "RobotModel": String,
    "TF": TFMessage,
}
"""What the displays of rviz_default_plugins take."""
TRANSFORMS = ({"Value": "/tf"}, {"Value": "/tf_static", "Durability Policy": "Transient Local"})
"""What tf2 subscribes to; the file does not tell."""
WITHOUT_TOPIC = {"Grid"}


@dataclass(frozen=True)
class Display:
    """One topic of one display."""

    name: str
    kind: type
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
        topics = TRANSFORMS if kind == "TF" else (item.get("Topic") or item["Description Topic"],)
        for topic in topics:
            quality = QoSProfile(
                depth=int(topic.get("Depth", 100)),
                reliability=ReliabilityPolicy[topic.get("Reliability Policy", "Reliable").upper()],
                durability=DurabilityPolicy[topic.get("Durability Policy", "Volatile").upper().replace(" ", "_")],
            )
            found.append(Display(item["Name"], TYPES[kind], topic["Value"], quality))
    return found


def unheard(node: Node, topics: Iterable[str], *, patience: float) -> set[str]:
    """Return those topics of displays on which a node hears no message, as a display takes it, in some time [s]."""
    shown = {display.topic: display for display in displays()}
    waiting = set(topics)
    complete: Future[None] = Future()

    def hear(topic: str, message: Any) -> None:
        waiting.discard(topic)
        if not waiting and not complete.done():
            complete.set_result(None)

    ears = [
        node.create_subscription(shown[topic].kind, topic, partial(hear, topic), shown[topic].quality)
        for topic in waiting
    ]
    rclpy.spin_until_future_complete(node, complete, timeout_sec=patience)
    for ear in ears:
        node.destroy_subscription(ear)
    return waiting


def unserved(node: Node) -> set[str]:
    """Return the topics of displays for which nobody publishes what they take as they take it, as a node knows it."""
    return {
        display.topic
        for display in displays()
        if not any(
            info.topic_type == f"{display.kind.__module__.split('.')[0]}/msg/{display.kind.__name__}"
            and qos_check_compatible(info.qos_profile, display.quality)[0] is not QoSCompatibility.ERROR
            for info in node.get_publishers_info_by_topic(display.topic)
        )
    }
