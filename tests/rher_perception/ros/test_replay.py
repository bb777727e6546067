# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A recorded sequence, played to a fresh node again and again, gives the same poses bit by bit."""

from __future__ import annotations

import numpy as np
import pytest
from mcap.reader import make_reader
from mcap_ros2.decoder import DecoderFactory
from rher_perception.ros.images import camera_info_message, colour_message, header_of
from rher_perception.ros.topics import CAMERA_INFO, IMAGE
from sensor_msgs.msg import Image

from tests.rher_perception.ros.cell import FRAME, PERIOD_NS, VIEW, error, picture, position
from tests.rher_perception.ros.recording import Recorder, bits, read
from tests.rher_perception.scene import yawed

FRAMES = 20
COVERED = range(8, 12)
BEGIN_NS = 1_700_000_000_123_456_789
OBJECTS = "/objects"


def truth(k):
    return yawed(0.40 + 0.006 * k, 0.02, 0.3 + 0.02 * k)


def sequence(studio):
    """Yield camera_info and picture of a cube that moves over the table and is covered for a while."""
    for k in range(FRAMES):
        header = header_of(BEGIN_NS + k * PERIOD_NS, FRAME)
        rgb = picture(studio, k, cube=truth(k))
        if k in COVERED:
            column, row = studio.camera.project(VIEW.inverse.apply(truth(k).translation)).astype(int)
            rgb[row - 40 : row + 40, column - 40 : column + 40] = 60
        yield camera_info_message(header, studio.camera), colour_message(header, rgb)


def stamp_ns(message):
    return message.header.stamp.sec * 10**9 + message.header.stamp.nanosec


@pytest.fixture
def recording(studio, make_cell, tmp_path):
    """The file of a live run: what the camera sent and what the node answered."""
    path = tmp_path / "push.mcap"
    recorder, cell = Recorder(path), make_cell(camera=None)
    for info, image in sequence(studio):
        recorder.write(f"/{CAMERA_INFO}", info, stamp_ns(info))
        recorder.write(f"/{IMAGE}", image, stamp_ns(image))
        cell.tell_info(info)
        cell.play(image)
        recorder.write(OBJECTS, cell.answer(), stamp_ns(image))
    recorder.close()
    cell.close()
    return path


def replayed(path, cell):
    """Return what a node answers to the camera's messages of a file."""
    answers = []
    for info, image in zip(read(path, f"/{CAMERA_INFO}"), read(path, f"/{IMAGE}"), strict=True):
        cell.tell_info(info)
        cell.play(image)
        answers.append(cell.answer())
    cell.close()
    return answers


def test_a_recording_gives_the_same_objects_every_time_bit_by_bit(recording, make_cell):
    live = read(recording, OBJECTS)
    assert len(live) == FRAMES
    assert [message.objects[0].age > 0.0 for message in live] == [k in COVERED for k in range(FRAMES)]
    assert all(message.objects[0].tracked for message in live)
    assert all(error(message.objects[0], truth(k)) < 0.002 for k, message in enumerate(live) if k not in COVERED)
    for _ in range(2):
        answers = replayed(recording, make_cell(camera=None))
        assert bits(answers) == bits(live)


def test_a_recording_is_read_by_others(studio, recording):
    """The definitions in the file are complete: a reader that knows none of our packages decodes it."""
    with recording.open("rb") as file:
        reader = make_reader(file, decoder_factories=[DecoderFactory()])
        images, objects = (
            [decoded for *_, decoded in reader.iter_decoded_messages(topics=[topic])]
            for topic in (f"/{IMAGE}", OBJECTS)
        )
    assert len(images) == len(objects) == FRAMES
    first = next(iter(sequence(studio)))[1]
    assert isinstance(first, Image)
    assert bytes(images[0].data) == bytes(first.data)
    for ours, theirs in zip(read(recording, OBJECTS), objects, strict=True):
        assert theirs.header.stamp.nanosec == ours.header.stamp.nanosec
        np.testing.assert_array_equal(theirs.objects[0].pose_covariance, ours.objects[0].pose_covariance)
        np.testing.assert_array_equal(position(theirs.objects[0]), position(ours.objects[0]))
