# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which cameras are there, by what they tell in /diagnostics: pictures themselves do not name their camera."""

from __future__ import annotations

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node
from rher_agent.ros.quality import LOCKSTEP

from rher_perception.ros.topics import CAMERA_STATUS, DIAGNOSTICS


class CameraSerials:
    """Hears the serial numbers of cameras.

    Args:
        node: Carries the subscription.
    """

    def __init__(self, node: Node) -> None:
        self.heard: set[str] = set()
        """All so far."""
        self.newest = ""
        """That of the camera that told last; empty before any did."""
        node.create_subscription(DiagnosticArray, DIAGNOSTICS, self._take, LOCKSTEP)

    def _take(self, message: DiagnosticArray) -> None:
        for status in message.status:
            if status.name.startswith(CAMERA_STATUS) and status.hardware_id:
                self.newest = status.hardware_id
                self.heard.add(status.hardware_id)
