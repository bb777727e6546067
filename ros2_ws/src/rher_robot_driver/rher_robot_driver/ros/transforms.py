# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Frames as messages."""

from __future__ import annotations

from geometry_msgs.msg import TransformStamped
from rher_agent.ros.conversions import fill_header

from rher_robot_driver.description.frames import Frame


def transform_message(frame: Frame, stamp_ns: int) -> TransformStamped:
    """Return a frame with its stamp [ns] as a message."""
    message = TransformStamped(child_frame_id=frame.name)
    fill_header(message.header, stamp_ns)
    message.header.frame_id = frame.parent
    translation, rotation = message.transform.translation, message.transform.rotation
    translation.x, translation.y, translation.z = frame.position.tolist()
    rotation.w, rotation.x, rotation.y, rotation.z = frame.orientation.tolist()
    return message
