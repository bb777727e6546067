# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Two sets of intrinsics against each other."""

from __future__ import annotations

import numpy as np
import pytest
from rher_perception.calibration.intrinsics import compare_intrinsics
from rher_perception.camera_model import CameraModel

MATRIX = np.array([[610.0, 0.0, 320.0], [0.0, 610.0, 240.0], [0.0, 0.0, 1.0]])
ONE = CameraModel(640, 480, MATRIX)


def test_equal_intrinsics_agree() -> None:
    difference = compare_intrinsics(ONE, CameraModel(640, 480, MATRIX.copy()))
    assert difference.max_shift < 1e-9
    assert difference.disagreement(0.5) == ""


def test_a_shifted_centre_shifts_every_pixel() -> None:
    moved = MATRIX.copy()
    moved[0, 2] += 2.0
    difference = compare_intrinsics(ONE, CameraModel(640, 480, moved))
    assert difference.mean_shift == pytest.approx(2.0)
    assert difference.max_shift == pytest.approx(2.0)
    assert "2.00 pixels" in difference.disagreement(0.5)


def test_a_longer_focal_length_is_told_as_a_scale() -> None:
    longer = MATRIX * np.array([[1.01], [1.01], [1.0]])
    longer[:2, 2] = MATRIX[:2, 2]
    difference = compare_intrinsics(ONE, CameraModel(640, 480, longer))
    assert difference.scale == pytest.approx(1.01)
    assert "1.00%" in difference.disagreement(0.5)


def test_distortion_shows_in_the_corners() -> None:
    difference = compare_intrinsics(ONE, CameraModel(640, 480, MATRIX, np.array([0.05, 0.0, 0.0, 0.0, 0.0])))
    assert difference.max_shift > 4.0 * difference.mean_shift / 2.0 > 0.5


def test_other_picture_sizes_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="the same size"):
        compare_intrinsics(ONE, CameraModel(1280, 720, MATRIX))
