# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pixels, ideal pixels and rays."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_perception.camera_model import CameraModel

MATRIX = np.array([[610.0, 0.0, 322.0], [0.0, 612.0, 243.0], [0.0, 0.0, 1.0]])
LENS = CameraModel(640, 480, MATRIX, np.array([0.12, -0.25, 0.001, -0.002, 0.08]))


@given(st.floats(0.0, 639.0), st.floats(0.0, 479.0))
def test_distortion_is_undone(u: float, v: float) -> None:
    pixel = np.array([[u, v]])
    np.testing.assert_allclose(LENS.measured(LENS.rays(LENS.ideal(pixel))), pixel, atol=1e-4)


def test_a_lens_moves_pixels_at_the_border_and_a_pinhole_moves_none() -> None:
    corner = np.array([[0.0, 0.0]])
    assert np.linalg.norm(LENS.ideal(corner) - corner) > 1.0
    assert CameraModel(640, 480, MATRIX).ideal(corner) is corner


def test_a_ray_projects_to_its_pixel() -> None:
    pixels = np.array([[10.0, 20.0], [600.0, 400.0]])
    np.testing.assert_allclose(LENS.project(3.0 * LENS.rays(pixels)), pixels)


def test_the_middle_of_a_pinhole_picture_lies_between_pixels() -> None:
    camera = CameraModel.pinhole(640, 480, math.radians(42.0))
    np.testing.assert_allclose(camera.project(np.array([0.0, 0.0, 1.0])), [319.5, 239.5])
    top = np.array([0.0, -math.tan(math.radians(21.0)), 1.0])
    np.testing.assert_allclose(camera.project(top), [319.5, -0.5])


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((0, 480, MATRIX), "width"),
        ((640, 480, np.zeros((3, 3))), "focal"),
        ((640, 480, MATRIX + np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])), "skew"),
        ((640, 480, MATRIX * math.nan), "finite"),
        ((640, 480, MATRIX, np.zeros(3)), "distortion"),
    ],
)
def test_impossible_cameras_are_refused(arguments: tuple, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        CameraModel(*arguments)
