# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A perception node and what surrounds it: a camera's pictures go in, /objects and /diagnostics come out."""

from __future__ import annotations

import time

import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.parameter import Parameter
from rher_agent.ros.conversions import pose_arrays
from rher_agent.ros.quality import LOCKSTEP, OBJECTS
from rher_interfaces.msg import ObjectStates
from rher_perception.perception_node import PerceptionNode
from rher_perception.ros.images import camera_info_message, colour_message, depth_message, header_of
from rher_perception.ros.perception_health import STATUS_NAME
from rher_perception.ros.topics import ALIGNED_DEPTH, CAMERA_INFO, DIAGNOSTICS, IMAGE
from sensor_msgs.msg import CameraInfo, Image

from tests.rher_perception.scene import AWAY, look_at, yawed

HANG = 30.0
"""Time after which a wait is a failure [s]."""
PERIOD_NS = 33_333_333
FRAME = "camera_color_optical_frame"
VIEW = look_at(np.array([0.95, 0.2, 0.6]), np.array([0.5, 0.0, 0.0]))
CUBE = yawed(0.45, 0.02, 0.3)
MOUNTED = {"camera.position": VIEW.translation.tolist(), "camera.orientation": VIEW.quaternion.tolist()}


class Cell:
    """Gives pictures to a perception node and hears of the objects.

    Args:
        executor: Spins all.
        camera: Intrinsics of the pictures; None to say nothing of them.
        parameters: Of the node.
        mounted: Whether the node is told where the camera stands.
    """

    def __init__(self, executor, camera, parameters, mounted=True):
        overrides = {**(MOUNTED if mounted else {}), **parameters}
        self.node = PerceptionNode([Parameter(name, value=value) for name, value in overrides.items()])
        self.own = rclpy.create_node("pictures")
        self._executor = executor
        self._infos = self.own.create_publisher(CameraInfo, CAMERA_INFO, LOCKSTEP)
        self._images = self.own.create_publisher(Image, IMAGE, LOCKSTEP)
        self._depths = self.own.create_publisher(Image, ALIGNED_DEPTH, LOCKSTEP)
        self._diagnostics = self.own.create_publisher(DiagnosticArray, DIAGNOSTICS, LOCKSTEP)
        self.objects, self.statuses = self.hear(ObjectStates, OBJECTS), []
        self.own.create_subscription(
            DiagnosticArray, DIAGNOSTICS, lambda message: self.statuses.extend(message.status), LOCKSTEP
        )
        self.stamp_ns = time.time_ns()
        executor.add_node(self.own)
        executor.add_node(self.node)
        ready = (self._infos, self._images, self._diagnostics)
        self.spin_until(lambda: all(publisher.get_subscription_count() for publisher in ready))
        self.spin_until(lambda: self.node.count_subscribers(OBJECTS) > 0)
        if camera is not None:
            self.tell_camera(camera)

    def hear(self, kind, topic, quality=LOCKSTEP):
        """Return a list that receives what is published on a topic from now on."""
        heard = []
        self.own.create_subscription(kind, topic, heard.append, quality)
        return heard

    def spin_until(self, condition):
        hang = time.monotonic() + HANG
        while not condition():
            assert time.monotonic() < hang, f"it never came; the last status: {self.statuses[-1:]}"
            self._executor.spin_once(timeout_sec=0.1)

    def tell_camera(self, camera):
        """Publish intrinsics, and wait until they are known."""
        self.tell_info(camera_info_message(header_of(self.stamp_ns, FRAME), camera))

    def tell_info(self, info):
        """Publish a camera_info, and wait until it is known."""
        self.play(info)
        info.header = type(info.header)()
        self.spin_until(lambda: self.node._info == info)

    def play(self, message):
        """Publish a message of a camera on the topic of its kind."""
        if isinstance(message, CameraInfo):
            self._infos.publish(message)
        elif message.encoding in ("16UC1", "32FC1"):
            self._depths.publish(message)
        else:
            self._images.publish(message)

    def show(self, picture, again=False, frame=FRAME):
        """Publish a picture of the next capture, or of the last one again."""
        self.stamp_ns += 0 if again else PERIOD_NS
        self._images.publish(colour_message(header_of(self.stamp_ns, frame), picture))

    def show_depth(self, depth):
        """Publish depth [m] of the capture shown last."""
        self._depths.publish(depth_message(header_of(self.stamp_ns, FRAME), depth))

    def see(self, picture):
        """Return what the node says to a picture."""
        self.objects.clear()
        self.show(picture)
        return self.answer()

    def answer(self):
        """Return the next message about the objects."""
        self.spin_until(lambda: self.objects)
        return self.objects.pop(0)

    def tell_serial(self, serial):
        status = DiagnosticStatus(name="camera: stream", hardware_id=serial)
        self._diagnostics.publish(DiagnosticArray(status=[status]))

    def status(self, text):
        """Wait for a report of the node that contains a text, and return it."""

        def found():
            return [s for s in self.statuses if s.name == STATUS_NAME and text in s.message]

        self.spin_until(found)
        return found()[-1]

    def close(self):
        """End the node, so that another one can take its place; a second time does nothing."""
        self.own.destroy_node()
        self.node.destroy_node()


def rgb(grey):
    return np.repeat(grey[..., None], 3, axis=2)


def picture(studio, seed, cube=CUBE, twin=AWAY):
    return rgb(studio.grey(VIEW, cube, seed=seed, twin=twin))


def blank(seed):
    """Return a picture of nothing in particular."""
    return np.random.default_rng(seed).integers(90, 110, (480, 640, 3), np.uint8)


def position(item):
    return pose_arrays(item.pose)[0]


def error(item, cube=CUBE):
    """Return how far off an object is [m]."""
    return np.linalg.norm(position(item) - cube.translation)


def values(status):
    return {pair.key: pair.value for pair in status.values}
