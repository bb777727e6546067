# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The thread that reads a camera: whatever fails in it is told, and it begins again."""

from __future__ import annotations

import math
import queue
import threading

import numpy as np
from rher_perception.camera.realsense import RealSenseCamera
from rher_perception.camera.settings import CameraSettings
from rher_perception.camera.software_device import SoftwareD435
from rher_perception.camera_model import CameraModel
from rher_perception.ros.capture import Capture

HANG = 30.0
"""Time after which a wait is a failure [s]."""
MODEL = CameraModel.pinhole(640, 480, math.radians(42.0))
PICTURE = np.zeros((480, 640, 3), np.uint8)


def test_a_failure_that_nobody_foresaw_is_told_and_the_camera_started_again() -> None:
    devices: list[SoftwareD435] = []
    told: queue.Queue[str] = queue.Queue()
    end = threading.Event()

    def open_device():
        devices.append(SoftwareD435(MODEL))
        return devices[-1].device

    def feed() -> None:
        stamp_ns = 0
        while not end.wait(0.005):
            stamp_ns += 33_000_000
            if devices:
                devices[-1].feed(stamp_ns, PICTURE)

    def take(frame) -> None:
        if len(devices) == 1:
            raise KeyError("nobody foresaw this")
        told.put("taken")

    camera = RealSenseCamera(CameraSettings(), open_device)
    capture = Capture(camera, 0.01, lambda identity: told.put("begun"), take, lambda error: told.put(str(error)))
    feeder = threading.Thread(target=feed)
    feeder.start()
    capture.start()
    try:
        heard = [told.get(timeout=HANG) for _ in range(4)]
    finally:
        capture.close()
        end.set()
        feeder.join()
    assert heard[0] == "begun"
    assert "nobody foresaw this" in heard[1]
    assert heard[2:] == ["begun", "taken"]
