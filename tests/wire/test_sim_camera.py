# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The simulated camera in real time: it sees the cell of an emulated controller, and says when that has ended."""

from __future__ import annotations

import ctypes.util
import sys
import time

import cv2
import numpy as np
import pytest

pytestmark = pytest.mark.skipif(ctypes.util.find_library("usb-1.0") is None, reason="librealsense needs libusb")

HANG = 60.0
"""Time after which a wait is a failure [s]."""
LATENCY = 0.2
ERROR = 0.003
"""[s] and [m]"""


@pytest.fixture
def controller():
    from rher_sim_bridge.ur_controller.process import ControllerProcess

    controller = ControllerProcess()
    yield controller
    controller.close()


def test_it_sees_the_emulated_cell_with_stamps_of_the_capture(controller, start, ros):
    import rclpy
    from rher_agent.ros.conversions import time_ns
    from rher_agent.ros.quality import LOCKSTEP
    from rher_agent.tasks.push import PushTask
    from rher_perception.geometry import Pose
    from rher_perception.objects.estimate import ObjectEstimate
    from rher_perception.objects.estimator import ObjectEstimator
    from rher_perception.objects.layout import cube_layout
    from rher_perception.objects.parameters import PlanarConstraint
    from rher_perception.ros.images import camera_model, colour_array
    from rher_perception.ros.topics import CAMERA_INFO, IMAGE
    from rher_perception.tags.detector import TagDetector
    from rher_sim_bridge.scene.camera import optical_pose
    from rher_sim_bridge.ur_controller.faults import FaultClient
    from sensor_msgs.msg import CameraInfo, Image

    module = "rher_sim_bridge.sim_camera_node"
    words = ["-p", f"controller:={controller.address}", "-p", "fps:=15", "-p", f"latency:={LATENCY}"]
    camera = start(sys.executable, "-m", module, "--ros-args", *words)
    images, infos = [], []
    viewer = rclpy.create_node("viewer")
    viewer.create_subscription(Image, IMAGE, lambda message: images.append((time.time_ns(), message)), LOCKSTEP)
    viewer.create_subscription(CameraInfo, CAMERA_INFO, infos.append, LOCKSTEP)

    def spin_until(condition):
        hang = time.monotonic() + HANG
        while not condition():
            assert time.monotonic() < hang
            rclpy.spin_once(viewer, timeout_sec=0.1)

    spin_until(lambda: len(images) > 3 and infos)
    ages = [(arrived - time_ns(message.header.stamp)) * 1e-9 for arrived, message in images]
    assert min(ages) > LATENCY, "a picture came before its latency had passed"
    stamps = [time_ns(message.header.stamp) for _, message in images]
    assert stamps == sorted(set(stamps))

    with FaultClient(controller.address) as cell:
        cell.place_cube(0.55, -0.05, 0.3)
        placed_ns = time.time_ns()
        spin_until(lambda: time_ns(images[-1][1].header.stamp) > placed_ns)
        truth = cell.state()
        shown = images[-1][1]
        cell.cover_cube()
        covered_ns = time.time_ns()
        spin_until(lambda: time_ns(images[-1][1].header.stamp) > covered_ns)
    model = camera_model(infos[-1])
    grey, covered = (
        np.asarray(cv2.cvtColor(colour_array(image), cv2.COLOR_RGB2GRAY), np.uint8) for image in (shown, images[-1][1])
    )
    assert not TagDetector(model).detect(covered).tags
    position, quaternion = optical_pose(PushTask().parameters.center)
    estimator = ObjectEstimator(cube_layout("cube", 0.05, 0.04, 0), model, plane=PlanarConstraint(0.025))
    seen = estimator.estimate(TagDetector(model).detect(grey), Pose.from_quaternion(quaternion, position), 0)
    assert isinstance(seen, ObjectEstimate)
    assert np.linalg.norm(seen.base_from_object.translation - truth["cube_position"]) < ERROR

    viewer.destroy_node()
    controller.close()
    code, output = camera.finish()
    assert code == 1, output
    assert "sim_camera_node: the emulated controller has ended" in output
    assert "Traceback" not in output


def test_a_controller_that_is_not_there_is_named(start):
    words = ["-p", "controller:=127.0.0.77"]
    code, output = start(sys.executable, "-m", "rher_sim_bridge.sim_camera_node", "--ros-args", *words).finish()
    assert code == 1, output
    assert "sim_camera_node: no emulated controller at 127.0.0.77" in output
