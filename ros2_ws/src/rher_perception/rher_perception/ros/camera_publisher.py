# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What one camera sees as topics of a node, under the names of realsense-ros, and its health in /diagnostics."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rher_agent.ros.quality import LOCKSTEP
from rher_agent.ros.session import ended_by_shutdown
from sensor_msgs.msg import CameraInfo, Image

from rher_perception.camera.errors import CameraError
from rher_perception.camera.realsense import CameraFrame, CameraIdentity, OpenDevice, RealSenseCamera
from rher_perception.camera.settings import CameraSettings
from rher_perception.ros.camera_health import CameraHealth
from rher_perception.ros.capture import Capture
from rher_perception.ros.images import camera_info_message, colour_message, depth_message, header_of
from rher_perception.ros.topics import ALIGNED_DEPTH, CAMERA_INFO, DIAGNOSTICS, IMAGE, OPTICAL_FRAME

DIAGNOSTICS_PERIOD = 1.0
"""[s]"""
NO_RATE = 0
"""Pictures per second that a camera owes which takes them on demand."""


@dataclass(frozen=True)
class PublisherParameters:
    """What is done with the pictures."""

    optical_frame: str = OPTICAL_FRAME
    """Frame of the pictures."""
    retry_period: float = field(default=1.0, metadata={"range": (0.01, 60.0)})
    """Between two attempts to start a camera that is missing or lost [s]."""


class CameraPublisher:
    """Publishes what one camera sees.

    Args:
        node: Carries the publishers.
        settings: What is asked of the camera.
        parameters: What is done with its pictures.
        open_device: Gives a software device in place of a connected camera.
    """

    def __init__(
        self,
        node: Node,
        settings: CameraSettings,
        parameters: PublisherParameters,
        open_device: OpenDevice | None = None,
    ) -> None:
        self._node = node
        self._frame = parameters.optical_frame
        self._identity: CameraIdentity | None = None
        self._failure = ""
        self._health = CameraHealth(settings.fps if math.isfinite(settings.frame_timeout) else NO_RATE)
        self._capture = Capture(
            RealSenseCamera(settings, open_device), parameters.retry_period, self._begin, self._take, self._fail
        )
        self._images = node.create_publisher(Image, IMAGE, LOCKSTEP)
        self._infos = node.create_publisher(CameraInfo, CAMERA_INFO, LOCKSTEP)
        self._depths = node.create_publisher(Image, ALIGNED_DEPTH, LOCKSTEP) if settings.depth else None
        self._diagnostics = node.create_publisher(DiagnosticArray, DIAGNOSTICS, LOCKSTEP)
        node.create_timer(DIAGNOSTICS_PERIOD, self._diagnose, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def start(self) -> None:
        """Begin to look for the camera."""
        self._capture.start()

    def close(self) -> None:
        """Stop the camera."""
        self._capture.close()

    def _begin(self, identity: CameraIdentity) -> None:
        self._identity = identity
        self._health.begun(identity)
        model = identity.model
        self._node.get_logger().info(f"{identity.name}, serial {identity.serial}, {model.width}x{model.height}")

    def _take(self, frame: CameraFrame) -> None:
        assert self._identity is not None
        self._health.taken(frame, int(self._node.get_clock().now().nanoseconds))
        self._failure = ""
        header = header_of(frame.stamp_ns, self._frame)
        with ended_by_shutdown(self._node.context):
            self._infos.publish(camera_info_message(header, self._identity.model))
            if self._depths is not None and frame.depth is not None:
                self._depths.publish(depth_message(header, frame.depth))
            self._images.publish(colour_message(header, frame.rgb))

    def _fail(self, error: CameraError) -> None:
        reason = str(error)
        self._health.failed(reason)
        if reason != self._failure:
            self._node.get_logger().error(reason)
        self._failure = reason

    def _diagnose(self) -> None:
        array = DiagnosticArray(status=[self._health.report(time.monotonic_ns())])
        array.header.stamp = self._node.get_clock().now().to_msg()
        self._diagnostics.publish(array)
