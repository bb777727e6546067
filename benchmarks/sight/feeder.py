# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A camera node over librealsense's software device, fed with rendered pictures of a pushed cube in real time."""

from __future__ import annotations

import threading
import time

import numpy as np
import pyrealsense2 as rs
from numpy.typing import NDArray
from rclpy.parameter import Parameter
from rher_agent.ros.session import run_node
from rher_perception.camera.software_device import SoftwareD435
from rher_perception.camera_model import CameraModel
from rher_perception.camera_node import CameraNode
from rher_sim_bridge.camera.sensor import SensorParameters

from sight.stages import moving_views
from sight.studio import Studio

FPS = 30
PERIOD = 1.0 / FPS
"""[s]"""
FRAMES = 75
"""One turn of the cube; then the pictures come again."""


class Feeder:
    """Feeds software cameras with the same pictures again and again, on a steady clock."""

    def __init__(
        self, model: CameraModel, pictures: list[tuple[NDArray[np.uint8], NDArray[np.float64] | None]]
    ) -> None:
        self._model, self._pictures = model, pictures
        self._device: SoftwareD435 | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._feed)
        self._thread.start()

    def open(self) -> rs.device:
        """Return a device that is fed from now on."""
        self._device = SoftwareD435(self._model, fps=FPS)
        return self._device.device

    def close(self) -> None:
        """End the thread."""
        self._end.set()
        self._thread.join()

    def _feed(self) -> None:
        begun, number = time.monotonic(), 0
        while not self._end.wait(max(0.0, begun + number * PERIOD - time.monotonic())):
            if self._device is not None:
                self._device.feed(time.time_ns(), *self._pictures[number % len(self._pictures)])
            number += 1


def run_camera(width: int, height: int, depth: bool) -> None:
    """Be the camera process."""
    studio = Studio(width, height, SensorParameters(noise=3.0))
    pictures = [(view.rgb, view.depth.astype(np.float64) if depth else None) for view in moving_views(studio, FRAMES)]
    studio.close()
    feeder = Feeder(studio.camera, pictures)
    settings = {"width": width, "height": height, "fps": FPS, "depth": depth}
    overrides = [Parameter(name, value=value) for name, value in settings.items()]
    try:
        run_node(
            "camera", lambda: CameraNode(feeder.open, overrides), [], start=CameraNode.start, close=CameraNode.close
        )
    finally:
        feeder.close()
