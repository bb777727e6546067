# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From the pictures of a camera to /objects, as a ROS node: one message for every picture, with its capture stamp."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timezone

import cv2
import numpy as np
from diagnostic_msgs.msg import DiagnosticArray
from numpy.typing import NDArray
from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rclpy.parameter import Parameter
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import BODIES, DETECTIONS_IMAGE, LATCHED, LOCKSTEP, OBJECTS
from rher_agent.ros.session import run_node
from rher_interfaces.msg import ObjectStates
from sensor_msgs.msg import CameraInfo, Image
from std_msgs.msg import Float64
from tf2_msgs.msg import TFMessage
from visualization_msgs.msg import MarkerArray

from rher_perception.drawing.overlay import Overlay
from rher_perception.geometry import Pose
from rher_perception.pipeline import PerceptionPipeline, SeenFrame
from rher_perception.ros.camera_serials import CameraSerials
from rher_perception.ros.frames import FRAMES, STATIC_FRAMES, camera_frame_message, object_frames_message
from rher_perception.ros.images import camera_model, capture_ns, colour_array, colour_message, depth_array
from rher_perception.ros.objects import object_markers, object_states
from rher_perception.ros.pairing import Pair, Pairing
from rher_perception.ros.parameters import PerceptionParameters
from rher_perception.ros.perception_health import PerceptionHealth, latency_of
from rher_perception.ros.topics import (
    ALIGNED_DEPTH,
    CAMERA_INFO,
    DIAGNOSTICS,
    IMAGE,
    LATENCY,
    NEWEST_PAIR,
    NEWEST_PICTURE,
)
from rher_perception.tracking.frame_guard import FrameVerdict

DIAGNOSTICS_PERIOD = 1.0
"""[s]"""
WARNING_PERIOD = 1.0
"""Least time between two warnings about pictures [s]."""
UNREADABLE = (ValueError, cv2.error)
"""What reading a picture that is none raises."""


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
        self._setup = self._settings.object.setup()
        self._warnings: tuple[str, ...] = ()
        self._optical_frame = ""
        self._pipeline: PerceptionPipeline | None = None
        self._info: CameraInfo | None = None
        self._overlay: Overlay | None = None
        self._pairing = Pairing()
        self._tracked: dict[str, bool] = {}
        self._health = PerceptionHealth()

        self._objects = self.create_publisher(ObjectStates, OBJECTS, LOCKSTEP)
        self._pictures = self.create_publisher(Image, DETECTIONS_IMAGE, LOCKSTEP)
        self._bodies = self.create_publisher(MarkerArray, BODIES, LOCKSTEP)
        self._latency = self.create_publisher(Float64, LATENCY, LOCKSTEP)
        self._frames = self.create_publisher(TFMessage, FRAMES, LOCKSTEP)
        self._static_frames = self.create_publisher(TFMessage, STATIC_FRAMES, LATCHED)
        self._diagnostics = self.create_publisher(DiagnosticArray, DIAGNOSTICS, LOCKSTEP)
        self.create_subscription(CameraInfo, CAMERA_INFO, self._take_info, LOCKSTEP)
        with_depth = self._setup.cube is not None
        self.create_subscription(Image, IMAGE, self._take_colour, NEWEST_PAIR if with_depth else NEWEST_PICTURE)
        if with_depth:
            self.create_subscription(Image, ALIGNED_DEPTH, self._take_depth, NEWEST_PAIR)
        self._cameras = CameraSerials(self)
        self.create_timer(DIAGNOSTICS_PERIOD, self._diagnose, clock=Clock(clock_type=ClockType.STEADY_TIME))
        self._check_calibration()

    def _take_info(self, message: CameraInfo) -> None:
        """Build the pipeline for a camera's intrinsics, and anew when they change."""
        known, message.header = self._info, type(message.header)()
        if known == message:
            return
        if known is not None:
            self._refuse("camera_info has changed: another camera or resolution; the objects are forgotten")
        self._info, self._pipeline = message, None
        try:
            camera = camera_model(message)
            self._pipeline = PerceptionPipeline(camera, (self._setup,), self._settings.pipeline)
            self._overlay = Overlay(camera, (self._setup,))
        except ValueError as error:
            self._refuse(f"camera_info: {error}")

    def _take_colour(self, message: Image) -> None:
        for pair in self._pairing.take_colour(message) if self._setup.cube else (Pair(message, None),):
            self._see(pair)

    def _take_depth(self, message: Image) -> None:
        for pair in self._pairing.take_depth(message):
            self._see(pair)

    def _see(self, pair: Pair) -> None:
        try:
            self._answer(pair)
        except UNREADABLE as error:
            self._refuse(f"picture refused: {error}")

    def _answer(self, pair: Pair) -> None:
        """Answer a capture.

        Raises:
            ValueError: It is none.
        """
        begun = time.perf_counter()
        if self._pipeline is None or self._overlay is None:
            self._refuse("a picture came before a usable camera_info")
            return
        stamp_ns, rgb = capture_ns(pair.colour.header), colour_array(pair.colour)
        frame = self._pipeline.process(stamp_ns, rgb, self._base_from_camera, self._depth(pair))
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
        now_ns = int(self.get_clock().now().nanoseconds)
        self._health.seen(frame, now_ns, time.perf_counter() - begun)
        self._tell_changes(frame)
        self._tell_frame(pair.colour.header.frame_id)
        latency = latency_of(stamp_ns, now_ns)
        if latency is not None and self._latency.get_subscription_count():
            self._latency.publish(Float64(data=latency))
        if self._frames.get_subscription_count():
            self._frames.publish(object_frames_message(frame))
        if self._bodies.get_subscription_count():
            cube = self._settings.object
            self._bodies.publish(object_markers(frame, cube.size, cube.tag_size))
        if self._pictures.get_subscription_count():
            drawn = self._overlay.draw(rgb, frame, self._base_from_camera, latency)
            self._pictures.publish(colour_message(pair.colour.header, drawn))

    def _depth(self, pair: Pair) -> NDArray[np.float32] | None:
        """Return the depth [m] of a capture, None when it has none that can be used."""
        if pair.depth is None:
            if self._setup.cube is not None:
                self._refuse(f"a picture came without depth: no {ALIGNED_DEPTH} of its stamp")
            return None
        try:
            depth = depth_array(pair.depth)
        except ValueError as error:
            self._refuse(f"depth refused: {error}")
            return None
        if depth.shape != (pair.colour.height, pair.colour.width):
            size = f"{pair.colour.width}x{pair.colour.height}"
            self._refuse(f"depth refused: it has {pair.depth.width}x{pair.depth.height} pixels; allowed: {size}")
            return None
        return depth

    def _tell_changes(self, frame: SeenFrame) -> None:
        for item in frame.objects:
            if self._tracked.get(item.name) == item.tracked:
                continue
            self._tracked[item.name] = item.tracked
            if item.tracked:
                self.get_logger().info(f"{item.name}: seen")
            else:
                self.get_logger().warning(f"{item.name}: {item.reason}")

    def _tell_frame(self, optical_frame: str) -> None:
        """Publish where the pictures' frame stands, once and whenever it is renamed."""
        if optical_frame == self._optical_frame:
            return
        self._optical_frame = optical_frame
        if optical_frame and self._settings.camera.publish_frame:
            self._static_frames.publish(camera_frame_message(self._base_from_camera, optical_frame))

    def _refuse(self, reason: str) -> None:
        self._health.refused(reason)
        self.get_logger().warning(reason, throttle_duration_sec=WARNING_PERIOD)

    def _check_calibration(self) -> None:
        """Warn when the calibration is old or another camera's; what is not known of the camera is not compared."""
        if self._record is None:
            return
        mounting, record = self._settings.camera, self._record
        now = datetime.now(timezone.utc)
        found = record.warnings(
            now, self._cameras.newest or record.camera_serial, mounting.robot or record.robot, mounting.greatest_age
        )
        if self._optical_frame and self._optical_frame != record.child_frame:
            found += (f"the calibration is of frame {record.child_frame}, the pictures are of {self._optical_frame}",)
        for warning in set(found) - set(self._warnings):
            self.get_logger().warning(warning)
        self._warnings = found

    def _diagnose(self) -> None:
        self._check_calibration()
        array = DiagnosticArray(status=[self._health.report(self._warnings)])
        array.header.stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(array)


def main(args: list[str] | None = None) -> None:
    """Run the node until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1."""
    run_node("perception_node", PerceptionNode, args)


if __name__ == "__main__":
    main()
