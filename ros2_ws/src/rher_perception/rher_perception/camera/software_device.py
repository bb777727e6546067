# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A camera that is not there: librealsense's software device in the shape of a D435, fed with pictures.

It must live in the process that reads it.
"""

from __future__ import annotations

import numpy as np
import pyrealsense2 as rs
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel

NS_PER_MS = 1_000_000
MILLI = 1000
DEPTH_SCALE = 0.001
"""Metres of one step of a D435's depth."""
COLOUR_INDEX, DEPTH_INDEX = 1, 2
RGB_BYTES, DEPTH_BYTES = 3, 2


class SoftwareD435:
    """A synthetic D435 without noise, exposure or lens distortion; depth lies in colour's own frame.

    Args:
        model: Intrinsics of both streams.
        serial: Its serial number.
        fps: Pictures per second that it claims to give.
    """

    def __init__(self, model: CameraModel, serial: str = "software", fps: int = 30) -> None:
        self._model, self._fps, self._number = model, fps, 0
        self.device = rs.software_device()
        for key, text in (
            (rs.camera_info.name, "Intel RealSense D435 (software)"),
            (rs.camera_info.serial_number, serial),
            (rs.camera_info.product_line, "D400"),
        ):
            self.device.register_info(key, text)
        self._colour = self.device.add_sensor("RGB Camera")
        self._depth = self.device.add_sensor("Stereo Module")
        self._colour_profile = self._colour.add_video_stream(
            self._stream(rs.stream.color, COLOUR_INDEX, rs.format.rgb8, RGB_BYTES)
        )
        self._depth_profile = self._depth.add_video_stream(
            self._stream(rs.stream.depth, DEPTH_INDEX, rs.format.z16, DEPTH_BYTES)
        )
        self._depth.add_read_only_option(rs.option.depth_units, DEPTH_SCALE)
        same = rs.extrinsics()
        same.rotation = np.eye(3).ravel().tolist()
        same.translation = [0.0, 0.0, 0.0]
        self._depth_profile.register_extrinsics_to(self._colour_profile, same)
        self._colour_profile.register_extrinsics_to(self._depth_profile, same)

    def feed(self, stamp_ns: int, rgb: NDArray[np.uint8], depth: NDArray[np.floating] | None = None) -> None:
        """Give a picture to whoever reads the device; nobody does before its pipeline has started.

        Args:
            stamp_ns: Time of the capture since the epoch [ns].
            rgb: Shape (height, width, 3).
            depth: [m], shape (height, width).

        Raises:
            ValueError: A picture is not of the camera's size.
        """
        size = (self._model.height, self._model.width)
        if rgb.shape != (*size, 3) or (depth is not None and depth.shape != size):
            raise ValueError(f"a picture is not of {size[1]}x{size[0]} pixels")
        self._number += 1
        self._push(self._colour, self._colour_profile, np.asarray(rgb, np.uint8), stamp_ns, RGB_BYTES)
        if depth is not None:
            steps = np.clip(np.rint(depth / DEPTH_SCALE), 0, np.iinfo(np.uint16).max).astype(np.uint16)
            self._push(self._depth, self._depth_profile, steps, stamp_ns, DEPTH_BYTES)

    def _push(
        self,
        sensor: rs.software_sensor,
        profile: rs.stream_profile,
        pixels: NDArray[np.uint8] | NDArray[np.uint16],
        stamp_ns: int,
        pixel_bytes: int,
    ) -> None:
        # Without these the library's pairing of colour and depth falls back to guesses, and splits pairs.
        sensor.set_metadata(rs.frame_metadata_value.actual_fps, self._fps * MILLI)
        sensor.set_metadata(rs.frame_metadata_value.frame_counter, self._number)
        frame = rs.software_video_frame()
        frame.pixels = np.ascontiguousarray(pixels)
        frame.stride, frame.bpp = pixels.shape[1] * pixel_bytes, pixel_bytes
        frame.timestamp = stamp_ns / NS_PER_MS
        frame.domain = rs.timestamp_domain.system_time
        frame.frame_number = self._number
        frame.profile = profile.as_video_stream_profile()
        sensor.on_video_frame(frame)

    def _stream(self, kind: rs.stream, index: int, layout: rs.format, pixel_bytes: int) -> rs.video_stream:
        stream = rs.video_stream()
        stream.type, stream.fmt, stream.index, stream.uid = kind, layout, 0, index
        stream.width, stream.height, stream.fps, stream.bpp = (
            self._model.width,
            self._model.height,
            self._fps,
            pixel_bytes,
        )
        matrix = self._model.matrix
        intrinsics = rs.intrinsics()
        intrinsics.width, intrinsics.height = self._model.width, self._model.height
        intrinsics.fx, intrinsics.fy = matrix[0, 0], matrix[1, 1]
        intrinsics.ppx, intrinsics.ppy = matrix[0, 2], matrix[1, 2]
        intrinsics.model, intrinsics.coeffs = rs.distortion.none, [0.0] * 5
        stream.intrinsics = intrinsics
        return stream
