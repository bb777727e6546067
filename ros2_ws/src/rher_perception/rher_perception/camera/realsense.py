# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A RealSense camera behind three words: start, read, stop.

Everything is librealsense's ordinary pipeline. The only difference between a camera and a software device is one call,
set_device, before the start; it bypasses librealsense's own choice of a device, so that the serial number is compared
with the one read back in either case.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyrealsense2 as rs
from numpy.typing import NDArray

from rher_perception.camera.capture_clock import CaptureClock
from rher_perception.camera.errors import CameraError, CameraLostError, CameraMissingError, WrongCameraError
from rher_perception.camera.settings import CameraSettings
from rher_perception.camera_model import CameraModel

OpenDevice = Callable[[], rs.device]
"""Returns a device that takes the place of a connected camera."""

NS_PER_MS = 1_000_000
MS_PER_S = 1000
SLICE = 0.1
"""Longest wait before an interrupt is looked for [s]."""


@dataclass(frozen=True, eq=False)
class CameraFrame:
    """One capture."""

    stamp_ns: int
    """Time of the capture on this computer's clock since the epoch [ns]."""
    number: int
    """Counted by the camera; a gap means dropped pictures."""
    rgb: NDArray[np.uint8]
    """Shape (height, width, 3)."""
    depth: NDArray[np.float32] | None
    """Aligned to colour [m], 0 where unknown, shape (height, width)."""


@dataclass(frozen=True, eq=False)
class CameraIdentity:
    """Which camera gives the pictures."""

    name: str
    serial: str
    model: CameraModel
    """Intrinsics of colour."""


class RealSenseCamera:
    """One camera. Read it from one thread only.

    Args:
        settings: What is asked of it.
        open_device: Gives a software device at every start; a connected camera is used when None.
    """

    def __init__(self, settings: CameraSettings, open_device: OpenDevice | None = None) -> None:
        self._settings = settings
        self._open_device = open_device
        self._pipeline: rs.pipeline | None = None
        self._align: rs.align | None = None
        self._depth_scale = 0.0
        self._timeout = settings.start_timeout
        self._clock = CaptureClock()
        self._interrupted = threading.Event()

    def interrupt(self) -> None:
        """End a wait for a picture, at hand or to come, with a CameraLostError; may be called from any thread."""
        self._interrupted.set()

    def start(self) -> CameraIdentity:
        """Start the streams.

        Raises:
            CameraMissingError: No camera is connected.
            WrongCameraError: Another one than asked for is.
            CameraError: The camera does not offer the streams, or librealsense fails.
        """
        try:
            return self._start()
        except (RuntimeError, ValueError) as error:
            self.stop()
            if isinstance(error, CameraError):
                raise
            raise CameraError(f"the camera does not start: {error}") from error

    def _start(self) -> CameraIdentity:
        self.stop()
        settings = self._settings
        config, pipeline = rs.config(), rs.pipeline()
        if self._open_device is not None:
            pipeline.set_device(self._open_device())
        else:
            config.enable_device(choose_serial(connected_serials(), settings.serial))
        size = (settings.width, settings.height)
        config.enable_stream(rs.stream.color, *size, rs.format.rgb8, settings.fps)
        if settings.depth:
            config.enable_stream(rs.stream.depth, *size, rs.format.z16, settings.fps)
        try:
            profile = pipeline.start(config)
        except RuntimeError as error:
            asked = f"{size[0]}x{size[1]} at {settings.fps} fps, depth {settings.depth}"
            raise CameraError(f"the camera does not start with {asked}: {error}") from error
        self._pipeline = pipeline
        identity = self._identify(profile)
        self._timeout = settings.start_timeout
        self._clock = CaptureClock()
        return identity

    def read(self) -> CameraFrame:
        """Wait for the next picture and return it.

        Raises:
            CameraLostError: None came in time, or the wait was interrupted.
        """
        if self._pipeline is None:
            raise CameraLostError("the camera is not started")
        try:
            frames = self._await_frames(self._pipeline)
            arrival_ns = time.time_ns()
            if self._align is not None:
                frames = self._align.process(frames)
        except CameraError:
            raise
        except RuntimeError as error:
            raise CameraLostError(f"the camera failed: {error}") from error
        colour, depth = frames.get_color_frame(), frames.get_depth_frame()
        if not colour or (self._align is not None and not depth):
            raise CameraLostError("the camera sent a set of pictures without colour or depth")
        self._timeout = self._settings.frame_timeout
        # The library reuses its memory, hence copies.
        metres = np.array(depth.get_data(), np.float32) * np.float32(self._depth_scale) if depth else None
        return CameraFrame(
            self._stamp_ns(colour, arrival_ns), int(colour.frame_number), np.array(colour.get_data(), np.uint8), metres
        )

    def stop(self) -> None:
        """Stop the streams; does nothing when they do not run."""
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is None:
            return
        try:
            pipeline.stop()
        except RuntimeError as error:
            # What a lost camera answers; there is nothing left to stop then.
            logging.getLogger(__name__).info("stopping the camera: %s", error)

    def _await_frames(self, pipeline: rs.pipeline) -> rs.composite_frame:
        deadline = time.monotonic() + self._timeout
        while not self._interrupted.is_set():
            left = deadline - time.monotonic()
            arrived, frames = pipeline.try_wait_for_frames(round(max(0.0, min(SLICE, left)) * MS_PER_S))
            if arrived:
                return frames
            if left <= 0.0:
                raise CameraLostError(f"no picture for {self._timeout:g} s, is the cable plugged in?")
        raise CameraLostError("the wait for a picture was interrupted")

    def _identify(self, profile: rs.pipeline_profile) -> CameraIdentity:
        device = profile.get_device()
        name, serial = device.get_info(rs.camera_info.name), device.get_info(rs.camera_info.serial_number)
        choose_serial([serial], self._settings.serial)
        self._align = None
        if self._settings.depth:
            self._align = rs.align(rs.stream.color)
            self._depth_scale = float(device.first_depth_sensor().get_depth_scale())
        intrinsics = profile.get_stream(rs.stream.color).as_video_stream_profile().get_intrinsics()
        return CameraIdentity(name, serial, camera_model(intrinsics))

    def _stamp_ns(self, frame: rs.frame, arrival_ns: int) -> int:
        stamp_ns = round(frame.timestamp * NS_PER_MS)
        if frame.get_frame_timestamp_domain() == rs.timestamp_domain.hardware_clock:
            return self._clock.map(stamp_ns, arrival_ns)
        # Of the other domains librealsense itself has mapped the stamps to this computer's clock.
        return stamp_ns


def connected_serials() -> list[str]:
    """Return the serial numbers of the connected cameras."""
    return [device.get_info(rs.camera_info.serial_number) for device in rs.context().query_devices()]


def choose_serial(found: list[str], wanted: str) -> str:
    """Return the serial number of the camera to use.

    Args:
        found: Of the connected cameras.
        wanted: Of the one asked for; empty for the only one.

    Raises:
        CameraMissingError: None is connected.
        WrongCameraError: The one asked for is not, or none was asked for and there are several.
    """
    if not found:
        raise CameraMissingError(f"no camera is connected, wanted {wanted or 'any'}: check the cable and the USB rules")
    if wanted in found:
        return wanted
    if wanted:
        raise WrongCameraError(f"found camera {', '.join(found)}, wanted {wanted}")
    if len(found) > 1:
        raise WrongCameraError(f"found cameras {', '.join(found)}, wanted one: name its serial number")
    return found[0]


def camera_model(intrinsics: rs.intrinsics) -> CameraModel:
    """Return intrinsics of librealsense as those of OpenCV; both count pixel centres as whole numbers.

    Raises:
        CameraError: The lens has a distortion that OpenCV does not know.
    """
    plain = (rs.distortion.none, rs.distortion.brown_conrady, rs.distortion.modified_brown_conrady)
    if intrinsics.model not in plain and any(intrinsics.coeffs):
        raise CameraError(f"the camera's distortion is {intrinsics.model}; allowed: none or brown_conrady")
    matrix = np.array([[intrinsics.fx, 0.0, intrinsics.ppx], [0.0, intrinsics.fy, intrinsics.ppy], [0.0, 0.0, 1.0]])
    return CameraModel(intrinsics.width, intrinsics.height, matrix, np.array(intrinsics.coeffs, np.float64))
