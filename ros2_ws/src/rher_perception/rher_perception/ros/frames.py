# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where camera and objects are, as transforms for rviz2 and other onlookers."""

from __future__ import annotations

from geometry_msgs.msg import TransformStamped
from rher_agent.ros.conversions import fill_header
from tf2_msgs.msg import TFMessage

from rher_perception.geometry import Pose
from rher_perception.pipeline import SeenFrame

FRAMES = "/tf"
STATIC_FRAMES = "/tf_static"


def camera_frame_message(base_from_camera: Pose, optical_frame: str) -> TFMessage:
    """Return the pose of an optical frame in base_link, valid at all times (stamp 0)."""
    return TFMessage(transforms=[_transform(base_from_camera, optical_frame, 0)])


def object_frames_message(frame: SeenFrame) -> TFMessage:
    """Return the poses in base_link of all objects that are tracked, under their names, at the capture."""
    return TFMessage(
        transforms=[
            _transform(item.base_from_object, item.name, frame.stamp_ns)
            for item in frame.objects
            if item.tracked and item.base_from_object is not None
        ]
    )


def _transform(pose: Pose, name: str, stamp_ns: int) -> TransformStamped:
    message = TransformStamped(child_frame_id=name)
    fill_header(message.header, stamp_ns)
    translation, rotation = message.transform.translation, message.transform.rotation
    translation.x, translation.y, translation.z = pose.translation.tolist()
    rotation.w, rotation.x, rotation.y, rotation.z = pose.quaternion.tolist()
    return message
