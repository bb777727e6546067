# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A RealSense camera as a ROS node, under the topic names of realsense-ros.

Who runs realsense-ros already starts without this node and loses nothing.
"""

from __future__ import annotations

import logging
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.clock import Clock, ClockType
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.utilities import get_default_context
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import LOCKSTEP
from rher_agent.ros.session import ended_by_shutdown, ros_session, spin_until_shutdown
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


@dataclass(frozen=True)
class CameraNodeParameters:
    """What the node does beside the camera's settings."""

    optical_frame: str = OPTICAL_FRAME
    """Frame of the pictures."""
    retry_period: float = field(default=1.0, metadata={"range": (0.01, 60.0)})
    """Between two attempts to start a camera that is missing or lost [s]."""


class CameraNode(Node):
    """Publishes what one camera sees.

    Args:
        open_device: Gives a software device in place of a connected camera.
        overrides: Parameters beside those of the command line.

    Raises:
        ParameterError: A parameter has a value that is not allowed.
    """

    def __init__(self, open_device: OpenDevice | None = None, overrides: Sequence[Parameter] = ()) -> None:
        super().__init__(
            "camera", parameter_overrides=list(overrides), automatically_declare_parameters_from_overrides=True
        )
        settings = declare_parameters(self, CameraSettings())
        own = declare_parameters(self, CameraNodeParameters())
        refuse_unknown_parameters(self)
        self._frame = own.optical_frame
        self._identity: CameraIdentity | None = None
        self._failure = ""
        self._health = CameraHealth(settings.fps)
        self._capture = Capture(
            RealSenseCamera(settings, open_device), own.retry_period, self._begin, self._take, self._fail
        )
        self._images = self.create_publisher(Image, IMAGE, LOCKSTEP)
        self._infos = self.create_publisher(CameraInfo, CAMERA_INFO, LOCKSTEP)
        self._depths = self.create_publisher(Image, ALIGNED_DEPTH, LOCKSTEP) if settings.depth else None
        self._diagnostics = self.create_publisher(DiagnosticArray, DIAGNOSTICS, LOCKSTEP)
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(DIAGNOSTICS_PERIOD, self._diagnose, clock=steady)

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
        self.get_logger().info(f"{identity.name}, serial {identity.serial}, {model.width}x{model.height}")

    def _take(self, frame: CameraFrame) -> None:
        assert self._identity is not None
        self._health.taken(frame, time.time_ns())
        self._failure = ""
        header = header_of(frame.stamp_ns, self._frame)
        with ended_by_shutdown(self.context):
            self._infos.publish(camera_info_message(header, self._identity.model))
            if self._depths is not None and frame.depth is not None:
                self._depths.publish(depth_message(header, frame.depth))
            self._images.publish(colour_message(header, frame.rgb))

    def _fail(self, error: CameraError) -> None:
        reason = str(error)
        self._health.failed(reason)
        if reason != self._failure:
            self.get_logger().error(reason)
        self._failure = reason

    def _diagnose(self) -> None:
        array = DiagnosticArray(status=[self._health.report(time.monotonic_ns())])
        array.header.stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(array)


def _leave_to_ros(number: int, frame: FrameType | None) -> None:
    """Let ROS alone answer Ctrl-C, by its shutdown: a KeyboardInterrupt would come in the middle of its calls."""


def main(args: list[str] | None = None) -> None:
    """Run the node until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1."""
    signal.signal(signal.SIGINT, _leave_to_ros)
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    with ros_session(args), ended_by_shutdown(get_default_context()):
        try:
            node = CameraNode()
        except ParameterError as error:
            sys.exit(f"camera_node: {error}")
        executor = SingleThreadedExecutor()
        executor.add_node(node)
        try:
            node.start()
            spin_until_shutdown(executor)
        finally:
            node.close()
            executor.shutdown()


if __name__ == "__main__":
    main()
