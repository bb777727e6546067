# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From where everything is to what librealsense's software device is fed with."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import pyrealsense2 as rs
from numpy.typing import NDArray
from rher_perception.camera.settings import CameraSettings
from rher_perception.camera.software_device import SoftwareD435

from rher_sim_bridge.camera.renderer import SceneRenderer, Vector
from rher_sim_bridge.camera.sensor import CameraSensor, SensorParameters


@dataclass(frozen=True, eq=False)
class Picture:
    """One capture."""

    stamp_ns: int
    """Time of the capture [ns]."""
    rgb: NDArray[np.uint8]
    """Shape (height, width, 3)."""
    depth: NDArray[np.float32] | None
    """Along the optical axis [m], 0 where unknown, shape (height, width)."""


class SimulatedD435:
    """A D435 that sees a simulated scene.

    A camera asks for its device at every start; pictures given before are lost, as those of a camera that is not
    started. Take pictures in the thread that made the renderer: the graphics belong to it.

    Args:
        renderer: Sees the scene.
        settings: Size and rate of the pictures, and whether there is depth.
        sensor: How far the camera is from ideal.
        serial: Its serial number.
    """

    def __init__(
        self, renderer: SceneRenderer, settings: CameraSettings, sensor: SensorParameters, serial: str
    ) -> None:
        self._renderer = renderer
        self._settings = settings
        self._sensor = CameraSensor(sensor, settings.width, settings.height)
        self._serial = serial
        self._lock = threading.Lock()
        self._device: SoftwareD435 | None = None

    def open(self) -> rs.device:
        """Return a device for a camera that starts; may be called from any thread."""
        device = SoftwareD435(self._renderer.camera, self._serial, self._settings.fps)
        with self._lock:
            self._device = device
        return device.device

    def take(self, stamp_ns: int, positions: Vector, *, covered: bool = False) -> Picture:
        """Take a picture.

        Args:
            stamp_ns: Time of the capture [ns].
            positions: Where everything is, see SceneRenderer.place.
            covered: Whether the cube's tags are hidden.

        Raises:
            ValueError: The positions are not those of the scene.
        """
        self._renderer.place(positions)
        self._renderer.cover_cube(covered)
        rgb = self._sensor.expose(self._renderer.colour(), stamp_ns)
        depth = self._sensor.measure(self._renderer.depth(), stamp_ns) if self._settings.depth else None
        return Picture(stamp_ns, rgb, depth)

    def give(self, picture: Picture) -> None:
        """Give a picture to whoever reads the camera."""
        with self._lock:
            device = self._device
        if device is not None:
            device.feed(picture.stamp_ns, picture.rgb, picture.depth)

    def close(self) -> None:
        """Release the graphics."""
        self._renderer.close()
