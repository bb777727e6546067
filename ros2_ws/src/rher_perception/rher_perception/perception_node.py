# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From the pictures of a camera to /objects, as a ROS node: one message for every picture, with its capture stamp."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from types import FrameType

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.clock import Clock, ClockType
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.utilities import get_default_context
from rher_agent.ros.conversions import NS_PER_S, time_ns
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import LOCKSTEP, OBJECTS
from rher_agent.ros.session import ended_by_shutdown, ros_session, spin_until_shutdown
from rher_interfaces.msg import ObjectStates
from sensor_msgs.msg import CameraInfo, Image

from rher_perception.geometry import Pose
from rher_perception.pipeline import PerceptionPipeline, SeenFrame
from rher_perception.ros.images import camera_model, colour_array
from rher_perception.ros.objects import object_states
from rher_perception.ros.parameters import PerceptionParameters
from rher_perception.ros.topics import CAMERA_INFO, CAMERA_STATUS, DIAGNOSTICS, IMAGE
from rher_perception.tracking.frame_guard import FrameVerdict

DIAGNOSTICS_PERIOD = 1.0
"""[s]"""
WARNING_PERIOD = 1.0
"""Least time between two warnings of the same kind [s]."""


class PerceptionNode(Node):
    """Sees the object and tells where it is.

    Args:
        overrides: Parameters beside those of the command line.

    Raises:
        ParameterError: A parameter has a value that is not allowed.
    """

    def __init__(self, overrides: Sequence[Parameter] = ()) -> None:
        super().__init__(
            "perception", parameter_overrides=list(overrides), automatically_declare_parameters_from_overrides=True
        )
        self._settings = declare_parameters(self, PerceptionParameters())
        refuse_unknown_parameters(self)
        mounting = self._settings.camera
        try:
            self._record = mounting.load()
        except ValueError as error:
            raise ParameterError(f"camera.{error}") from error
        given = Pose.from_quaternion(mounting.orientation, mounting.position)
        self._base_from_camera = self._record.transform if self._record else given
        self._warnings: tuple[str, ...] = ()
        self._pipeline: PerceptionPipeline | None = None
        self._info: CameraInfo | None = None
        self._last: SeenFrame | None = None
        self._tracked: dict[str, bool] = {}
        self._latencies_ns: list[int] = []
        self._refused = ""

        self._objects = self.create_publisher(ObjectStates, OBJECTS, LOCKSTEP)
        self._diagnostics = self.create_publisher(DiagnosticArray, DIAGNOSTICS, LOCKSTEP)
        self.create_subscription(CameraInfo, CAMERA_INFO, self._take_info, LOCKSTEP)
        self.create_subscription(Image, IMAGE, self._see, LOCKSTEP)
        self.create_subscription(DiagnosticArray, DIAGNOSTICS, self._take_diagnostics, LOCKSTEP)
        self.create_timer(DIAGNOSTICS_PERIOD, self._diagnose, clock=Clock(clock_type=ClockType.STEADY_TIME))
        self._check_calibration("")

    def _take_info(self, message: CameraInfo) -> None:
        """Build the pipeline for a camera's intrinsics, and anew when they change."""
        known, message.header = self._info, type(message.header)()
        if known == message:
            return
        self._info, self._pipeline = message, None
        try:
            setups = (self._settings.object.setup(),)
            self._pipeline = PerceptionPipeline(camera_model(message), setups, self._settings.pipeline)
        except ValueError as error:
            self._refuse(f"camera_info: {error}")

    def _see(self, message: Image) -> None:
        if self._pipeline is None:
            self._refuse("a picture came before a usable camera_info")
            return
        try:
            frame = self._pipeline.process(time_ns(message.header.stamp), colour_array(message), self._base_from_camera)
        except ValueError as error:
            self._refuse(f"picture refused: {error}")
            return
        if frame.objects:
            self._objects.publish(object_states(frame))
        if frame.verdict is FrameVerdict.REPEATED:
            return
        if frame.verdict is not FrameVerdict.FRESH:
            self._refuse(f"picture does not count: {frame.verdict.value}")
        if frame.restarted:
            self.get_logger().warning(f"{FrameVerdict.RESTARTED.value}; the objects are forgotten")
        if not frame.objects:
            return
        self._last = frame
        self._latencies_ns.append(int(self.get_clock().now().nanoseconds) - frame.stamp_ns)
        self._tell_changes(frame)

    def _tell_changes(self, frame: SeenFrame) -> None:
        for item in frame.objects:
            if self._tracked.get(item.name) == item.tracked:
                continue
            self._tracked[item.name] = item.tracked
            if item.tracked:
                self.get_logger().info(f"{item.name}: seen")
            else:
                self.get_logger().warning(f"{item.name}: {item.reason}")

    def _refuse(self, reason: str) -> None:
        self._refused = reason
        self.get_logger().warning(reason, throttle_duration_sec=WARNING_PERIOD)

    def _take_diagnostics(self, message: DiagnosticArray) -> None:
        """Learn the serial number of the camera in use."""
        for status in message.status:
            if status.name.startswith(CAMERA_STATUS) and status.hardware_id:
                self._check_calibration(status.hardware_id)

    def _check_calibration(self, serial: str) -> None:
        """Warn when the calibration is old or another camera's; an unknown serial number is not compared."""
        if self._record is None:
            return
        mounting = self._settings.camera
        now = datetime.now(timezone.utc)
        robot = mounting.robot or self._record.robot
        found = self._record.warnings(now, serial or self._record.camera_serial, robot, mounting.greatest_age)
        for warning in set(found) - set(self._warnings):
            self.get_logger().warning(warning)
        self._warnings = found

    def _diagnose(self) -> None:
        latencies, self._latencies_ns = self._latencies_ns, []
        refused, self._refused = self._refused, ""
        lost = [f"{o.name}: {o.reason}" for o in self._last.objects if not o.tracked] if self._last else []
        level, message = DiagnosticStatus.OK, f"{len(latencies)} pictures"
        if problems := [*filter(None, [refused]), *lost, *self._warnings]:
            level, message = DiagnosticStatus.WARN, "; ".join(problems)
        if not latencies:
            level, message = DiagnosticStatus.ERROR, refused or "no pictures"
        values: dict[str, object] = {"pictures": len(latencies)}
        if latencies:
            values["latency mean [s]"] = sum(latencies) / len(latencies) / NS_PER_S
            values["latency greatest [s]"] = max(latencies) / NS_PER_S
        status = DiagnosticStatus(level=level, name="perception: objects", message=message)
        status.values = [KeyValue(key=key, value=str(value)) for key, value in values.items()]
        array = DiagnosticArray(status=[status])
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
            node = PerceptionNode()
        except ParameterError as error:
            sys.exit(f"perception_node: {error}")
        executor = SingleThreadedExecutor()
        executor.add_node(node)
        try:
            spin_until_shutdown(executor)
        finally:
            executor.shutdown()


if __name__ == "__main__":
    main()
