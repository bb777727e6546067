# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures and intrinsics, to and from messages. Depth is 16UC1 in millimetres on the wire and metres elsewhere."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from rher_agent.ros.conversions import NS_PER_S, time_message, time_ns
from sensor_msgs.msg import CameraInfo, Image
from std_msgs.msg import Header

from rher_perception.camera_model import CameraModel

MM_PER_M = 1000.0
MAX_SIDE = 16384
"""Larger pictures than this are a broken camera_info [pixel]."""
DISTORTION_MODELS = ("plumb_bob", "rational_polynomial", "")
"""Distortions that OpenCV's pinhole camera knows; empty for none."""
TO_RGB = {"rgb8": None, "bgr8": cv2.COLOR_BGR2RGB, "mono8": cv2.COLOR_GRAY2RGB}
CHANNELS = {"rgb8": 3, "bgr8": 3, "mono8": 1}
DEPTH_TYPES = {"16UC1": (np.uint16, 1.0 / MM_PER_M), "32FC1": (np.float32, 1.0)}


def header_of(stamp_ns: int, frame: str) -> Header:
    """Return a header of a capture [ns] in a frame."""
    return Header(stamp=time_message(stamp_ns), frame_id=frame)


def capture_ns(header: Header) -> int:
    """Return the time of a capture [ns].

    Raises:
        ValueError: The stamp is no time.
    """
    if header.stamp.sec < 0 or header.stamp.nanosec >= NS_PER_S:
        raise ValueError(
            f"stamp is {header.stamp.sec} s, {header.stamp.nanosec} ns; allowed: 0 s or more, less than {NS_PER_S} ns"
        )
    return time_ns(header.stamp)


def colour_message(header: Header, rgb: NDArray[np.uint8]) -> Image:
    """Return colour of shape (height, width, 3) as a message."""
    height, width = rgb.shape[:2]
    return Image(
        header=header,
        height=height,
        width=width,
        encoding="rgb8",
        step=3 * width,
        data=np.ascontiguousarray(rgb).tobytes(),
    )


def depth_message(header: Header, depth: NDArray[np.float32]) -> Image:
    """Return depth [m] of shape (height, width) as a message; what no 16 bits hold is unknown, 0."""
    height, width = depth.shape
    known = np.isfinite(depth) & (depth > 0.0) & (depth * MM_PER_M <= np.iinfo(np.uint16).max)
    millimetres = np.rint(np.where(known, depth, 0.0) * MM_PER_M).astype("<u2")
    return Image(
        header=header, height=height, width=width, encoding="16UC1", step=2 * width, data=millimetres.tobytes()
    )


def camera_info_message(header: Header, camera: CameraModel) -> CameraInfo:
    """Return intrinsics as a message."""
    matrix = camera.matrix
    projection = np.hstack((matrix, np.zeros((3, 1))))
    return CameraInfo(
        header=header,
        width=camera.width,
        height=camera.height,
        distortion_model="plumb_bob" if camera.distortion.size <= 5 else "rational_polynomial",
        d=camera.distortion.tolist(),
        k=matrix.ravel().tolist(),
        r=np.eye(3).ravel().tolist(),
        p=projection.ravel().tolist(),
    )


def camera_model(message: CameraInfo) -> CameraModel:
    """Return intrinsics.

    Raises:
        ValueError: The camera is not calibrated, or its lens is none that OpenCV's pinhole camera knows.
    """
    if message.distortion_model not in DISTORTION_MODELS:
        allowed = ", ".join(filter(None, DISTORTION_MODELS))
        raise ValueError(f"distortion_model is '{message.distortion_model}'; allowed: {allowed}")
    if max(message.width, message.height) > MAX_SIDE:
        raise ValueError(f"a picture is {message.width}x{message.height} pixels; allowed: {MAX_SIDE} a side at most")
    return CameraModel(message.width, message.height, np.array(message.k).reshape(3, 3), np.array(message.d))


def colour_array(message: Image) -> NDArray[np.uint8]:
    """Return colour, shape (height, width, 3).

    Raises:
        ValueError: The encoding is another than rgb8, bgr8 and mono8, or the data are too few.
    """
    if message.encoding not in CHANNELS:
        raise ValueError(f"encoding is '{message.encoding}'; allowed: {', '.join(CHANNELS)}")
    pixels = _pixels(message, np.dtype(np.uint8), CHANNELS[message.encoding])
    code = TO_RGB[message.encoding]
    return pixels if code is None else np.asarray(cv2.cvtColor(pixels, code), np.uint8)


def depth_array(message: Image) -> NDArray[np.float32]:
    """Return depth [m], shape (height, width).

    Raises:
        ValueError: The encoding is another than 16UC1 and 32FC1, or the data are too few.
    """
    if message.encoding not in DEPTH_TYPES:
        raise ValueError(f"encoding of depth is '{message.encoding}'; allowed: {', '.join(DEPTH_TYPES)}")
    kind, scale = DEPTH_TYPES[message.encoding]
    order: Literal[">", "<"] = ">" if message.is_bigendian else "<"
    pixels = _pixels(message, np.dtype(kind).newbyteorder(order), 1)[..., 0]
    return np.asarray(pixels, np.float32) * np.float32(scale)


def _pixels(message: Image, kind: np.dtype, channels: int) -> NDArray:
    """Return the pixels of a message whose rows may be padded, shape (height, width, channels)."""
    height, width, step = message.height, message.width, message.step
    row = width * channels * kind.itemsize
    if width < 1 or height < 1 or step < row or len(message.data) < height * step:
        raise ValueError(
            f"a picture of {width}x{height} pixels, {message.encoding}, has {len(message.data)} bytes, {step} a row; "
            f"allowed: at least one pixel, rows of {row} bytes or more"
        )
    rows = np.frombuffer(message.data, np.uint8, height * step).reshape(height, step)[:, :row]
    return np.ascontiguousarray(rows).view(kind).reshape(height, width, channels)
