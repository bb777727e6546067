# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The fixed camera of the scene as camera topics: one colour image for each reset and each control period."""

from __future__ import annotations

import math
import threading

from rclpy.node import Node
from rher_agent.ros.conversions import time_message
from rher_agent.ros.quality import LOCKSTEP
from sensor_msgs.msg import CameraInfo, Image
from std_msgs.msg import Header

from rher_sim_bridge.scene.camera import CAMERA
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

IMAGE = "camera/color/image_raw"
CAMERA_INFO = "camera/color/camera_info"
OPTICAL_FRAME = "camera_color_optical_frame"
BYTES_PER_PIXEL = 3


class CameraPublisher:
    """Renders and publishes while somebody listens. Use it from one thread only: a renderer belongs to its thread.

    Args:
        node: Carries the publishers.
        world: What is seen.
        lock: Held while the world is looked at.
        width: Of the picture [pixel].
        height: Of the picture [pixel].
    """

    def __init__(self, node: Node, world: MujocoWorld, lock: threading.Lock, width: int, height: int) -> None:
        self._world = world
        self._lock = lock
        self._images = node.create_publisher(Image, IMAGE, LOCKSTEP)
        self._infos = node.create_publisher(CameraInfo, CAMERA_INFO, LOCKSTEP)
        self._info = camera_info(float(world.model.camera(CAMERA).fovy[0]), width, height)

    def publish(self) -> None:
        """Publish what the camera sees now."""
        if self._images.get_subscription_count() + self._infos.get_subscription_count() == 0:
            return
        width, height = self._info.width, self._info.height
        with self._lock:
            stamp_ns = self._world.stamp_ns
            picture = self._world.render(width, height)
        header = Header(stamp=time_message(stamp_ns), frame_id=OPTICAL_FRAME)
        self._info.header = header
        self._infos.publish(self._info)
        self._images.publish(
            Image(
                header=header,
                height=height,
                width=width,
                encoding="rgb8",
                step=width * BYTES_PER_PIXEL,
                data=picture.tobytes(),
            )
        )


def camera_info(vertical_field: float, width: int, height: int) -> CameraInfo:
    """Return the intrinsics of an ideal pinhole camera with square pixels.

    Args:
        vertical_field: Vertical field of view [deg].
        width: [pixel]
        height: [pixel]
    """
    focal = height / 2.0 / math.tan(math.radians(vertical_field) / 2.0)
    # Pixel centres are whole numbers, hence the middle of the picture lies between two of them.
    cx, cy = (width - 1) / 2.0, (height - 1) / 2.0
    return CameraInfo(
        width=width,
        height=height,
        distortion_model="plumb_bob",
        d=[0.0] * 5,
        k=[focal, 0.0, cx, 0.0, focal, cy, 0.0, 0.0, 1.0],
        r=[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        p=[focal, 0.0, cx, 0.0, 0.0, focal, cy, 0.0, 0.0, 0.0, 1.0, 0.0],
    )
