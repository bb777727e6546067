# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the camera stands, as a static transform for rviz2 and other onlookers."""

from __future__ import annotations

from geometry_msgs.msg import TransformStamped
from rher_agent.ros.conversions import BASE_FRAME
from tf2_msgs.msg import TFMessage

from rher_perception.geometry import Pose

STATIC_FRAMES = "/tf_static"


def camera_frame_message(base_from_camera: Pose, optical_frame: str) -> TFMessage:
    """Return the pose of an optical frame in base_link, valid at all times (stamp 0)."""
    message = TransformStamped(child_frame_id=optical_frame)
    message.header.frame_id = BASE_FRAME
    translation, rotation = message.transform.translation, message.transform.rotation
    translation.x, translation.y, translation.z = base_from_camera.translation.tolist()
    rotation.w, rotation.x, rotation.y, rotation.z = base_from_camera.quaternion.tolist()
    return TFMessage(transforms=[message])
