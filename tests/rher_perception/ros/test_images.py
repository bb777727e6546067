# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures as messages: unchanged there and back, padded rows, both byte orders, and nonsense refused by ValueError."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from builtin_interfaces.msg import Time
from hypothesis import given
from hypothesis import strategies as st
from rher_perception.camera_model import CameraModel
from rher_perception.ros.images import (
    camera_info_message,
    camera_model,
    capture_ns,
    colour_array,
    colour_message,
    depth_array,
    depth_message,
    header_of,
)
from sensor_msgs.msg import CameraInfo, Image
from std_msgs.msg import Header

HEADER = header_of(1_500_000_000, "camera")
RGB = np.random.default_rng(0).integers(0, 256, (4, 6, 3), np.uint8)


def test_colour_and_depth_come_back() -> None:
    np.testing.assert_array_equal(colour_array(colour_message(HEADER, RGB)), RGB)
    depth = np.array([[0.0, 0.751], [65.0, 66.0]], np.float32)
    np.testing.assert_allclose(depth_array(depth_message(HEADER, depth)), [[0.0, 0.751], [65.0, 0.0]], rtol=1e-6)


def test_padded_rows_and_other_orders_are_read() -> None:
    padded = np.pad(RGB[..., ::-1].reshape(4, 18), ((0, 0), (0, 2)))
    bgr = Image(height=4, width=6, encoding="bgr8", step=20, data=padded.tobytes())
    np.testing.assert_array_equal(colour_array(bgr), RGB)
    big = Image(height=1, width=2, encoding="16UC1", step=4, is_bigendian=1, data=np.array([751, 2], ">u2").tobytes())
    np.testing.assert_allclose(depth_array(big), [[0.751, 0.002]], rtol=1e-6)


def test_intrinsics_come_back_and_unknown_lenses_are_refused() -> None:
    camera = CameraModel.pinhole(640, 480, 0.7)
    message = camera_info_message(HEADER, camera)
    np.testing.assert_array_equal(camera_model(message).matrix, camera.matrix)
    message.distortion_model = "equidistant"
    with pytest.raises(ValueError, match="'equidistant'"):
        camera_model(message)
    with pytest.raises(ValueError, match="width is 0"):
        camera_model(CameraInfo())
    with pytest.raises(ValueError, match="4294967295x1 pixels"):
        camera_model(CameraInfo(width=2**32 - 1, height=1))


@pytest.mark.parametrize(("sec", "nanosec"), [(-1, 0), (2**31 - 1, 10**9)])
def test_a_stamp_that_is_no_time_is_refused(sec: int, nanosec: int) -> None:
    assert capture_ns(HEADER) == 1_500_000_000
    with pytest.raises(ValueError, match=f"stamp is {sec} s, {nanosec} ns"):
        capture_ns(Header(stamp=Time(sec=sec, nanosec=nanosec)))


@given(
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 200),
    st.sampled_from(["rgb8", "bgr8", "mono8", "16UC1", "32FC1", "", "yuv422"]),
    st.binary(max_size=2000),
)
def test_nonsense_is_read_or_refused(width: int, height: int, step: int, encoding: str, data: bytes) -> None:
    message = Image(width=width, height=height, step=step, encoding=encoding, data=data)
    refusal = contextlib.suppress(ValueError)
    for read in (colour_array, depth_array):
        with refusal:
            assert read(message).shape[:2] == (height, width)
