# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The camera node on librealsense's software device: pictures, a camera unplugged and back, no camera, a wrong one."""

from __future__ import annotations

import math
import threading
import time

import numpy as np
import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.parameter import Parameter
from rher_agent.ros.conversions import time_ns
from rher_agent.ros.quality import LOCKSTEP
from rher_perception.camera.software_device import SoftwareD435
from rher_perception.camera_model import CameraModel
from rher_perception.camera_node import CameraNode
from rher_perception.ros.images import camera_model, colour_array, depth_array
from rher_perception.ros.topics import ALIGNED_DEPTH, CAMERA_INFO, DIAGNOSTICS, IMAGE, OPTICAL_FRAME
from sensor_msgs.msg import CameraInfo, Image

HANG = 30.0
"""Time after which a wait is a failure [s]."""
MODEL = CameraModel.pinhole(640, 480, math.radians(42.0))
PICTURE = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
DEPTH = np.full((480, 640), 0.75)
FEED_PERIOD = 1.0 / 30.0
"""Between two pictures of the software device [s]."""


class Plug:
    """A software camera that can be unplugged; at every start of the node there is a fresh one."""

    def __init__(self, serial="1234"):
        self._serial, self._device, self._plugged = serial, None, True
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._feed)
        self._thread.start()

    def open(self):
        self._device = SoftwareD435(MODEL, self._serial)
        return self._device.device

    def set_plugged(self, plugged):
        self._plugged = plugged

    def close(self):
        self._end.set()
        self._thread.join()

    def _feed(self):
        while not self._end.wait(FEED_PERIOD):
            if self._plugged and self._device is not None:
                self._device.feed(time.time_ns(), PICTURE, DEPTH)


class Viewer:
    """Hears the topics of a camera."""

    def __init__(self, executor):
        self._executor = executor
        self.node = rclpy.create_node("viewer")
        self.images, self.infos, self.depths, self.statuses = [], [], [], []
        for kind, topic, heard in (
            (Image, IMAGE, self.images),
            (CameraInfo, CAMERA_INFO, self.infos),
            (Image, ALIGNED_DEPTH, self.depths),
        ):
            self.node.create_subscription(kind, topic, heard.append, LOCKSTEP)
        self.node.create_subscription(
            DiagnosticArray, DIAGNOSTICS, lambda message: self.statuses.extend(message.status), LOCKSTEP
        )
        executor.add_node(self.node)

    def spin_until(self, condition):
        hang = time.monotonic() + HANG
        while not condition():
            assert time.monotonic() < hang, f"it never came; the last status: {self.statuses[-1:]}"
            self._executor.spin_once(timeout_sec=0.1)


@pytest.fixture
def plug():
    plug = Plug()
    yield plug
    plug.close()


@pytest.fixture
def viewer(executor):
    viewer = Viewer(executor)
    yield viewer
    viewer.node.destroy_node()


@pytest.fixture
def make_camera(executor):
    nodes = []

    def make(open_device, **parameters):
        overrides = [Parameter(name, value=value) for name, value in parameters.items()]
        nodes.append(CameraNode(open_device, overrides))
        executor.add_node(nodes[-1])
        nodes[-1].start()
        return nodes[-1]

    yield make
    for node in nodes:
        node.close()
        node.destroy_node()


def test_pictures_come_with_their_intrinsics_in_the_optical_frame(plug, viewer, make_camera):
    begun_ns = time.time_ns()
    make_camera(plug.open, depth=True)
    viewer.spin_until(lambda: len(viewer.images) > 3 and len(viewer.infos) > 3 and len(viewer.depths) > 3)
    image, depth = viewer.images[0], viewer.depths[0]
    np.testing.assert_array_equal(colour_array(image), PICTURE)
    assert np.max(depth_array(depth)) == pytest.approx(0.75)
    np.testing.assert_allclose(camera_model(viewer.infos[0]).matrix, MODEL.matrix, rtol=1e-6)
    assert image.header == depth.header == viewer.infos[0].header
    assert image.header.frame_id == OPTICAL_FRAME
    stamps = [time_ns(message.header.stamp) for message in viewer.images]
    assert stamps == sorted(set(stamps))
    assert begun_ns < stamps[0] < time.time_ns()


def test_a_camera_unplugged_and_back_is_told_each_time(plug, viewer, make_camera):
    make_camera(plug.open, frame_timeout=0.2, start_timeout=0.5, retry_period=0.05)
    viewer.spin_until(lambda: viewer.images and any(s.level == DiagnosticStatus.OK for s in viewer.statuses))
    assert viewer.statuses[-1].hardware_id == "1234"
    plug.set_plugged(False)
    viewer.spin_until(lambda: viewer.statuses[-1].level == DiagnosticStatus.ERROR)
    assert "is the cable plugged in" in viewer.statuses[-1].message
    viewer.images.clear()
    plug.set_plugged(True)
    viewer.spin_until(lambda: viewer.images and viewer.statuses[-1].level == DiagnosticStatus.OK)
    values = {pair.key: pair.value for pair in viewer.statuses[-1].values}
    assert int(values["starts"]) >= 2


def test_a_wrong_serial_number_gives_no_pictures(plug, viewer, make_camera):
    make_camera(plug.open, serial="5678", retry_period=0.05)
    viewer.spin_until(lambda: any("found camera 1234, wanted 5678" in s.message for s in viewer.statuses))
    assert not viewer.images
