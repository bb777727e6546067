# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The camera wrapper on librealsense's software device: pixels, stamps, loss and return, wrong serial numbers."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from rher_perception.camera.errors import CameraError, CameraLostError, CameraMissingError, WrongCameraError
from rher_perception.camera.realsense import CameraFrame, RealSenseCamera, choose_serial
from rher_perception.camera.settings import CameraSettings
from rher_perception.camera.software_device import SoftwareD435
from rher_perception.camera_model import CameraModel

MODEL = CameraModel.pinhole(640, 480, math.radians(42.0))
EPOCH = 1_700_000_000_000_000_000
PERIOD = 33_333_333
RGB = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
DEPTH = np.full((480, 640), 0.75)


@contextmanager
def fed(device: SoftwareD435, depth: np.ndarray | None = None) -> Iterator[None]:
    """Feed a device from another thread; its pictures tell their number in the first pixel."""
    end = threading.Event()

    def feed() -> None:
        number = 0
        while not end.wait(0.005):
            picture = RGB.copy()
            picture[0, 0, 0] = number % 256
            device.feed(EPOCH + number * PERIOD, picture, depth)
            number += 1

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def started(device: SoftwareD435, **settings: object) -> RealSenseCamera:
    camera = RealSenseCamera(CameraSettings(frame_timeout=0.2, **settings), lambda: device.device)  # type: ignore[arg-type]
    camera.start()
    return camera


def check(frame: CameraFrame) -> None:
    np.testing.assert_array_equal(frame.rgb[1:], RGB[1:])
    number = int(frame.rgb[0, 0, 0])
    assert abs(frame.stamp_ns - (EPOCH + number * PERIOD)) < 1000


def test_the_camera_tells_who_it_is_and_what_its_lens_does() -> None:
    device = SoftwareD435(MODEL, "1234")
    camera = RealSenseCamera(CameraSettings(), lambda: device.device)
    identity = camera.start()
    assert identity.serial == "1234"
    np.testing.assert_allclose(identity.model.matrix, MODEL.matrix, rtol=1e-6)
    camera.stop()


def test_pixels_and_stamps_come_unchanged() -> None:
    device = SoftwareD435(MODEL)
    camera = started(device)
    with fed(device):
        frames = [camera.read() for _ in range(5)]
    camera.stop()
    for frame in frames:
        check(frame)
        assert frame.depth is None
    stamps = [frame.stamp_ns for frame in frames]
    assert stamps == sorted(set(stamps))


def test_aligned_depth_is_in_metres() -> None:
    device = SoftwareD435(MODEL)
    camera = started(device, depth=True)
    with fed(device, DEPTH):
        frame = camera.read()
    camera.stop()
    check(frame)
    assert frame.depth is not None
    known = frame.depth > 0.0
    assert np.mean(known) > 0.9, "librealsense's alignment leaves holes, but few"
    np.testing.assert_allclose(frame.depth[known], 0.75, atol=1e-6)


def test_a_lost_camera_is_told_and_comes_back() -> None:
    devices = [SoftwareD435(MODEL), SoftwareD435(MODEL)]
    waiting = iter(devices)
    camera = RealSenseCamera(CameraSettings(frame_timeout=0.2), lambda: next(waiting).device)
    camera.start()
    with fed(devices[0]):
        check(camera.read())
    with pytest.raises(CameraLostError, match=r"no picture for 0\.2 s"):
        while True:
            camera.read()
    camera.start()
    with fed(devices[1]):
        check(camera.read())
    camera.stop()
    with pytest.raises(CameraLostError, match="not started"):
        camera.read()


def test_a_wrong_serial_number_is_read_back_and_refused() -> None:
    device = SoftwareD435(MODEL, "1234")
    camera = RealSenseCamera(CameraSettings(serial="5678"), lambda: device.device)
    with pytest.raises(WrongCameraError, match="found camera 1234, wanted 5678"):
        camera.start()


def test_streams_that_the_camera_lacks_are_named() -> None:
    device = SoftwareD435(MODEL)
    camera = RealSenseCamera(CameraSettings(width=1280, height=720), lambda: device.device)
    with pytest.raises(CameraError, match="1280x720 at 30 fps"):
        camera.start()


def test_the_choice_among_cameras_names_what_was_found() -> None:
    assert choose_serial(["1", "2"], "2") == "2"
    assert choose_serial(["1"], "") == "1"
    with pytest.raises(CameraMissingError, match="wanted 7"):
        choose_serial([], "7")
    with pytest.raises(WrongCameraError, match="found cameras 1, 2"):
        choose_serial(["1", "2"], "")


@pytest.mark.parametrize("field", ["width", "height", "fps", "frame_timeout"])
def test_settings_out_of_range_are_refused(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        CameraSettings(**{field: 0})  # type: ignore[arg-type]
