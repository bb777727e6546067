# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tells people that one of them is needed at the table: a latched text, a bell, and words over the table in rviz2."""

from __future__ import annotations

from geometry_msgs.msg import Point
from rclpy.node import Node
from std_msgs.msg import ColorRGBA, String
from visualization_msgs.msg import Marker, MarkerArray

from rher_agent.ros.conversions import BASE_FRAME
from rher_agent.ros.quality import LATCHED, LOCKSTEP

OPERATOR = "rher/operator"
OPERATOR_MARKER = "rher/operator_marker"
HEIGHT = 0.35
"""Of the text over the table [m]."""
LETTERS = 0.03
"""Their size [m]."""
ANSWER = "then: ros2 run rher_agent session table_ready"
"""How a person says that it is done."""
RED, GREEN, BLUE, OPACITY = 1.0, 0.3, 0.2, 1.0


class OperatorCall:
    """Publishes what the operator is asked for.

    Args:
        node: Carries the publishers.
        place: Where the words stand, the middle of the table in base_link [m].
    """

    def __init__(self, node: Node, place: tuple[float, float, float]) -> None:
        self._node = node
        self._place = place
        self._text = node.create_publisher(String, OPERATOR, LATCHED)
        self._markers = node.create_publisher(MarkerArray, OPERATOR_MARKER, LOCKSTEP)
        self._needed = ""
        self._text.publish(String())

    def tell(self, needed: str) -> None:
        """Tell what is needed, once; an empty text says that nobody is."""
        if needed == self._needed:
            return
        self._needed = needed
        self._text.publish(String(data=needed))
        if needed:
            self._node.get_logger().error(f"\a{needed}; {ANSWER}")
        self.draw()

    def draw(self) -> None:
        """Draw the words again, for whoever looks."""
        if self._markers.get_subscription_count() == 0:
            return
        marker = Marker(ns="operator", type=Marker.TEXT_VIEW_FACING, text=self._needed)
        # rviz2 warns of an empty text.
        marker.action = Marker.ADD if self._needed else Marker.DELETE
        marker.header.frame_id = BASE_FRAME
        x, y, z = self._place
        marker.pose.position = Point(x=x, y=y, z=z + HEIGHT)
        marker.pose.orientation.w = 1.0
        marker.scale.z = LETTERS
        marker.color = ColorRGBA(r=RED, g=GREEN, b=BLUE, a=OPACITY)
        self._markers.publish(MarkerArray(markers=[marker]))
