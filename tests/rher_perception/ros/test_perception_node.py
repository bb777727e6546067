# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The perception node on rendered pictures: poses with capture stamps, a covered cube, bad pictures, calibration."""

from __future__ import annotations

import math
import time
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.parameter import Parameter
from rher_agent.ros.conversions import pose_arrays, time_ns
from rher_agent.ros.parameters import ParameterError
from rher_agent.ros.quality import LOCKSTEP, OBJECTS
from rher_interfaces.msg import ObjectStates
from rher_perception.calibration.record import CalibrationRecord
from rher_perception.calibration.samples import Setup
from rher_perception.perception_node import PerceptionNode
from rher_perception.ros.images import camera_info_message, colour_message, header_of
from rher_perception.ros.topics import CAMERA_INFO, DIAGNOSTICS, IMAGE
from sensor_msgs.msg import CameraInfo, Image

from tests.rher_perception.scene import look_at, yawed

HANG = 10.0
"""Time after which a wait is a failure [s]."""
PERIOD_NS = 33_333_333
VIEW = look_at(np.array([0.95, 0.2, 0.6]), np.array([0.5, 0.0, 0.0]))
CUBE = yawed(0.45, 0.02, 0.3)
MOUNTED = {"camera.position": VIEW.translation.tolist(), "camera.orientation": VIEW.quaternion.tolist()}


class Cell:
    """Gives pictures to a perception node and hears of the objects."""

    def __init__(self, executor, studio, node):
        self._executor, self._studio, self._node = executor, studio, node
        self._own = rclpy.create_node("pictures")
        self._infos = self._own.create_publisher(CameraInfo, CAMERA_INFO, LOCKSTEP)
        self._images = self._own.create_publisher(Image, IMAGE, LOCKSTEP)
        self._diagnostics = self._own.create_publisher(DiagnosticArray, DIAGNOSTICS, LOCKSTEP)
        self.objects, self.statuses = [], []
        self._own.create_subscription(ObjectStates, OBJECTS, self.objects.append, LOCKSTEP)
        self._own.create_subscription(
            DiagnosticArray, DIAGNOSTICS, lambda message: self.statuses.extend(message.status), LOCKSTEP
        )
        self.stamp_ns = time.time_ns()
        executor.add_node(self._own)
        executor.add_node(node)
        ready = (self._infos, self._images, self._diagnostics)
        self.spin_until(lambda: all(publisher.get_subscription_count() for publisher in ready))
        self.spin_until(lambda: node.count_subscribers(OBJECTS) > 0)
        self._infos.publish(camera_info_message(header_of(self.stamp_ns, "camera"), studio.camera))
        self.spin_until(lambda: node._pipeline is not None)

    def spin_until(self, condition):
        hang = time.monotonic() + HANG
        while not condition():
            assert time.monotonic() < hang, f"it never came; the last status: {self.statuses[-1:]}"
            self._executor.spin_once(timeout_sec=0.1)

    def show(self, picture, again=False):
        """Publish a picture of the next capture, or of the last one again."""
        self.stamp_ns += 0 if again else PERIOD_NS
        self._images.publish(colour_message(header_of(self.stamp_ns, "camera"), picture))

    def see(self, picture):
        """Return what the node says to a picture."""
        self.objects.clear()
        self.show(picture)
        self.spin_until(lambda: self.objects)
        return self.objects[0]

    def tell_serial(self, serial):
        status = DiagnosticStatus(name="camera: stream", hardware_id=serial)
        self._diagnostics.publish(DiagnosticArray(status=[status]))

    def status(self, text):
        self.spin_until(lambda: any(s.name == "perception: objects" and text in s.message for s in self.statuses))

    def close(self):
        self._own.destroy_node()
        self._node.destroy_node()


@pytest.fixture
def make_cell(executor, studio):
    cells = []

    def make(**parameters):
        node = PerceptionNode([Parameter(name, value=value) for name, value in parameters.items()])
        cells.append(Cell(executor, studio, node))
        return cells[-1]

    yield make
    for cell in cells:
        cell.close()


def covariance(item):
    return np.reshape(item.pose_covariance, (6, 6))


def picture(studio, seed):
    return np.repeat(studio.grey(VIEW, CUBE, seed=seed)[..., None], 3, axis=2)


def test_every_picture_gives_the_pose_with_its_capture_stamp(studio, make_cell):
    cell = make_cell(**MOUNTED)
    for seed in range(5):
        message = cell.see(picture(studio, seed))
        (cube,) = message.objects
        assert time_ns(message.header.stamp) == cell.stamp_ns
        assert message.header.frame_id == "base_link"
        assert (cube.name, cube.tracked, cube.age) == ("cube", True, 0.0)
        assert np.linalg.norm(pose_arrays(cube.pose)[0] - CUBE.translation) < 0.002
        deviations = np.sqrt(np.diag(covariance(cube)))
        assert (deviations[:3] < 0.001).all()
        assert (deviations[3:] < math.radians(1.0)).all()


def test_the_last_picture_once_more_gives_the_same_message_and_other_pixels_none(studio, make_cell):
    cell = make_cell(**MOUNTED)
    for seed in range(3):
        first = cell.see(picture(studio, seed))
        cell.objects.clear()
        cell.show(picture(studio, seed + 9), again=True)
        cell.show(picture(studio, seed), again=True)
        cell.spin_until(lambda: cell.objects)
        assert cell.objects == [first]
    cell.status("its pixels are others")


def test_a_camera_that_begins_anew_in_the_past_is_believed(studio, make_cell):
    cell = make_cell(**MOUNTED)
    cell.see(picture(studio, 0))
    cell.stamp_ns = 0
    message = cell.see(picture(studio, 1))
    assert time_ns(message.header.stamp) == PERIOD_NS
    assert message.objects[0].age == 0.0


def test_an_object_never_seen_is_nowhere_and_one_covered_drops_out(studio, make_cell):
    cell = make_cell(**MOUNTED)
    empty = np.random.default_rng(0).integers(90, 110, (480, 640, 3), np.uint8)
    (cube,) = cell.see(empty).objects
    assert not cube.tracked
    assert np.isinf(cube.age)
    assert np.isnan(pose_arrays(cube.pose)[0]).all()
    assert np.isinf(np.diag(covariance(cube))).all()
    assert cell.see(picture(studio, 0)).objects[0].tracked
    for shift in range(1, 25):
        (cube,) = cell.see(np.roll(empty, shift, axis=0)).objects
    assert not cube.tracked
    assert cube.age == pytest.approx(24 / 30.0, abs=1e-6)
    cell.status("lost, unseen for")


def test_black_and_broken_pictures_are_told_and_never_fresh(studio, make_cell):
    cell = make_cell(**MOUNTED)
    cell.see(picture(studio, 0))
    (cube,) = cell.see(np.zeros((480, 640, 3), np.uint8)).objects
    assert cube.age > 0.0
    cell.status("it is black")
    cell.show(np.random.default_rng(0).integers(90, 110, (100, 100, 3), np.uint8))
    cell.status("picture refused")
    assert cell.see(picture(studio, 1)).objects[0].age == 0.0


def test_a_calibration_places_the_camera_and_another_serial_number_is_told(studio, make_cell, tmp_path: Path):
    path = tmp_path / "camera.yaml"
    CalibrationRecord(
        date=datetime(2020, 1, 1, tzinfo=timezone.utc),
        setup=Setup.EYE_TO_HAND,
        robot="ur5e",
        camera_serial="1234",
        parent_frame="base_link",
        child_frame="camera_color_optical_frame",
        transform=VIEW,
        method="park",
        poses_used=20,
        poses_left_out=0,
        residual_mm=0.5,
        residual_deg=0.1,
    ).save(path)
    cell = make_cell(**{"camera.calibration": str(path)})
    (cube,) = cell.see(picture(studio, 0)).objects
    assert np.linalg.norm(pose_arrays(cube.pose)[0] - CUBE.translation) < 0.002
    cell.see(picture(studio, 1))
    cell.status("days old")
    cell.tell_serial("5678")
    cell.see(picture(studio, 2))
    cell.status("this one is 5678")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("camera.calibration", "nowhere.yaml", "cannot be read"),
        ("object.tag_size", 0.06, "tag_size is 0.06 m"),
        ("camera.orientation", [0.0, 0.0, 0.0, 0.0], "not all 0"),
    ],
)
def test_wrong_parameters_are_refused(ros, name, value, told):
    with pytest.raises(ParameterError, match=told):
        PerceptionNode([Parameter(name, value=value)])
