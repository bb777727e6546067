# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Random pictures, depth and camera_info never stop the node, and right after them it sees the cube again."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from builtin_interfaces.msg import Time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rher_perception.ros.images import camera_info_message, colour_message, depth_message, header_of
from sensor_msgs.msg import CameraInfo, Image
from std_msgs.msg import Header

from tests.rher_perception.ros.cell import FRAME, PERIOD_NS, VIEW, error, picture
from tests.rher_perception.scene import AWAY

MOST_BYTES = 6000
SMALL = (48, 64)
"""Of random pictures that fit their camera_info, height and width [pixel]."""
RUNS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

STAMPS = st.builds(
    Time,
    sec=st.integers(-(2**31), 2**31 - 1) | st.sampled_from([0, 1, 2**31 - 1]),
    nanosec=st.integers(0, 2**32 - 1) | st.just(0),
)
HEADERS = st.builds(Header, stamp=STAMPS, frame_id=st.sampled_from(["", FRAME, "/odd frame"]))
ENCODINGS = st.sampled_from(["rgb8", "bgr8", "mono8", "16UC1", "32FC1", "yuv422", ""])
SIZES = st.integers(0, 2**32 - 1) | st.integers(0, 100)
IMAGES = st.builds(
    Image,
    header=HEADERS,
    width=SIZES,
    height=SIZES,
    step=SIZES,
    encoding=ENCODINGS,
    is_bigendian=st.integers(0, 255),
    data=st.binary(max_size=MOST_BYTES),
)
NUMBERS = st.floats() | st.floats(0.0, 1000.0)
INFOS = st.builds(
    CameraInfo,
    header=HEADERS,
    width=SIZES | st.just(SMALL[1]),
    height=SIZES | st.just(SMALL[0]),
    distortion_model=st.sampled_from(["plumb_bob", "rational_polynomial", "equidistant", ""]),
    k=st.lists(NUMBERS, min_size=9, max_size=9)
    | st.builds(lambda f, g, x, y: [f, 0.0, x, 0.0, g, y, 0.0, 0.0, 1.0], NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    d=st.lists(NUMBERS, max_size=15),
)


def fitting(encoding: str, header: Header, content: bytes) -> Image:
    """Return a picture of the small size filled with some bytes."""
    size = {"rgb8": 3, "mono8": 1, "16UC1": 2, "32FC1": 4}[encoding]
    height, width = SMALL
    data = np.resize(np.frombuffer(content, np.uint8), height * width * size).tobytes()
    return Image(header=header, width=width, height=height, step=width * size, encoding=encoding, data=data)


FITTING = st.builds(
    fitting, st.sampled_from(["rgb8", "mono8", "16UC1", "32FC1"]), HEADERS, st.binary(min_size=1, max_size=200)
)
MESSAGES = st.lists(INFOS | IMAGES | FITTING, min_size=1, max_size=12)


def give(node, message):
    """Hand a message to the callback of its kind, as the executor does."""
    if isinstance(message, CameraInfo):
        node._take_info(message)
    elif message.encoding in ("16UC1", "32FC1"):
        node._take_depth(message)
    else:
        node._take_colour(message)


class Fuzzed:
    """A node that looks for tags and colour, and a view of the cube to come back to."""

    def __init__(self, cell, studio):
        self._cell, self._camera = cell, studio.camera
        self._views = [picture(studio, seed) for seed in range(2)]
        self._depth = studio.coloured(VIEW, AWAY)[1]
        self._shown = 0
        self.node = cell.node

    def sees_again(self):
        """Whether the cube is seen in the next picture of a camera that works."""
        self._shown += 1
        header = header_of(self._cell.stamp_ns + self._shown * PERIOD_NS, FRAME)
        give(self.node, camera_info_message(header, self._camera))
        give(self.node, colour_message(header, self._views[self._shown % 2]))
        give(self.node, depth_message(header, self._depth))
        while True:
            message = self._cell.answer()
            if message.header.stamp == header.stamp:
                (cube,) = message.objects
                return cube.tracked and cube.age == 0.0 and error(cube) < 0.002


@pytest.fixture
def fuzzed(make_cell, studio):
    return Fuzzed(make_cell(**{"object.colour.enabled": True}), studio)


@RUNS
@given(MESSAGES)
def test_random_messages_leave_the_node_whole(fuzzed, messages):
    for message in messages:
        give(fuzzed.node, message)
    assert fuzzed.sees_again()


@RUNS
@given(st.lists(FITTING, min_size=1, max_size=12), st.floats(1.0, 1e4))
def test_random_pictures_of_the_right_size_leave_the_node_whole(fuzzed, messages, focal):
    height, width = SMALL
    info = CameraInfo(width=width, height=height, k=[focal, 0.0, 30.0, 0.0, focal, 20.0, 0.0, 0.0, 1.0])
    give(fuzzed.node, info)
    for message in messages:
        give(fuzzed.node, message)
    assert fuzzed.sees_again()


@RUNS
@given(st.lists(st.floats(1e-3, 1e6) | st.floats(), min_size=4, max_size=4), st.lists(NUMBERS, max_size=14))
def test_absurd_intrinsics_of_a_good_picture_leave_the_node_whole(fuzzed, studio, numbers, distortion):
    focal, other, x, y = numbers
    info = CameraInfo(width=640, height=480, k=[focal, 0.0, x, 0.0, other, y, 0.0, 0.0, 1.0], d=distortion)
    give(fuzzed.node, info)
    header = header_of(0, FRAME)
    give(fuzzed.node, colour_message(header, picture(studio, 5)))
    give(fuzzed.node, depth_message(header, np.full((480, 640), 0.7, np.float32)))
    assert fuzzed.sees_again()


@RUNS
@given(st.binary(min_size=1, max_size=400), st.integers(0, 2**16))
def test_a_good_picture_with_random_bytes_in_it_leaves_the_node_whole(fuzzed, studio, content, seed):
    rng = np.random.default_rng(seed)
    rgb = picture(studio, 6)
    for byte in content[:20]:
        row, column = rng.integers(100, 320), rng.integers(200, 480)
        rgb[row : row + byte // 4, column : column + byte // 3] = np.frombuffer(
            struct.pack("3B", *rng.integers(0, 256, 3)), np.uint8
        )
    header = header_of(0, FRAME)
    give(fuzzed.node, camera_info_message(header, studio.camera))
    give(fuzzed.node, colour_message(header, rgb))
    give(fuzzed.node, depth_message(header, np.full((480, 640), math.nan, np.float32)))
    assert fuzzed.sees_again()
