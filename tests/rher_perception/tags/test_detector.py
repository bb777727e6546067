# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tags in rendered, spoilt and random pictures."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_perception.camera_model import CameraModel
from rher_perception.tags.detector import TagDetector
from rher_perception.tags.parameters import DetectionParameters

from tests.rher_perception.scene import Studio, look_at, yawed

CUBE = yawed(0.5, 0.0, 0.4)
VIEW = look_at(np.array([0.75, 0.2, 0.7]), CUBE.translation)


def test_corners_of_a_rendered_cube_are_found_to_a_tenth_of_a_pixel(studio: Studio) -> None:
    detections = TagDetector(studio.camera).detect(studio.grey(VIEW, CUBE))
    assert 0 in {tag.id for tag in detections.tags}
    for tag in detections.tags:
        placed = studio.layout.find(tag.id)
        assert placed is not None
        expected = studio.camera.project((VIEW.inverse @ CUBE).apply(placed.corners))
        assert np.abs(tag.corners - expected).max() < 0.1
        assert tag.code.wrong_bits == 0
        assert tag.code.margin > 0.8


def test_a_tag_in_the_shade_beside_bright_things_is_found() -> None:
    # Only a side face shows, in the shade; its white is darker than the table, and the top face is cut off by a finger.
    size, cells, pixels = 240, 10, 34
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    face = np.pad(cv2.aruco.generateImageMarker(dictionary, 3, 8 * 32), 32, constant_values=255).astype(np.float64)
    picture = np.full((size, size), 215.0)
    shade = 12.0 + 0.3 * cv2.resize(face, (pixels, pixels), interpolation=cv2.INTER_AREA)
    picture[100 : 100 + pixels, 100 : 100 + pixels] = shade
    picture[90:100, 100 : 100 + pixels] = 250.0
    picture = cv2.GaussianBlur(picture, (0, 0), 0.5) + np.random.default_rng(0).normal(0.0, 2.0, picture.shape)
    grey = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    assert cv2.aruco.ArucoDetector(dictionary).detectMarkers(grey)[1] is None
    (tag,) = TagDetector(CameraModel.pinhole(size, size, math.radians(42.0))).detect(grey).tags
    assert tag.id == 3
    corner = 100.0 + pixels / cells - 0.5
    np.testing.assert_allclose(tag.corners[0], [corner, corner], atol=0.15)


def test_a_pale_tag_is_rejected_with_its_contrast(studio: Studio) -> None:
    clean = studio.grey(VIEW, CUBE)
    pale = (120 + clean.astype(np.float64) * 0.06).astype(np.uint8)
    detections = TagDetector(studio.camera).detect(pale)
    assert detections.tags == ()
    assert all("contrast" in tag.reason or "side" in tag.reason for tag in detections.rejected)


def test_a_tag_too_far_away_is_rejected_or_unseen(studio: Studio) -> None:
    far = look_at(CUBE.translation + np.array([0.8, 0.3, 2.2]), CUBE.translation)
    assert TagDetector(studio.camera).detect(studio.grey(far, CUBE)).tags == ()


def test_a_covered_bit_is_forgiven_and_covered_bits_are_not(studio: Studio) -> None:
    placed = studio.layout.find(0)
    assert placed is not None
    corners = studio.camera.project((VIEW.inverse @ CUBE).apply(placed.corners))
    covered = studio.grey(VIEW, CUBE)
    middle = tuple(int(x) for x in corners.mean(axis=0))
    cv2.circle(covered, middle, 8, 128, -1)
    looked = TagDetector(studio.camera).look(covered, [0], corners[None])
    assert looked.tags == ()
    assert "bits" in looked.rejected[0].reason or "margin" in looked.rejected[0].reason


def test_a_tag_is_not_measured_where_there_is_none(studio: Studio) -> None:
    placed = studio.layout.find(0)
    assert placed is not None
    corners = studio.camera.project((VIEW.inverse @ CUBE).apply(placed.corners))
    detector = TagDetector(studio.camera)
    picture = studio.grey(VIEW, CUBE)
    assert [tag.id for tag in detector.look(picture, [0], corners[None] + 1.0).tags] == [0]
    assert detector.look(picture, [0], corners[None] + 40.0).tags == ()
    assert detector.look(picture, [3], corners[None]).tags == ()
    assert detector.look(picture, [0], corners[None] - 1000.0).tags == ()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 80), st.integers(1, 80), st.binary(min_size=1, max_size=400))
def test_random_bytes_never_crash_the_detector(width: int, height: int, content: bytes) -> None:
    camera = CameraModel.pinhole(width, height, math.radians(42.0))
    picture = np.resize(np.frombuffer(content, np.uint8), (height, width))
    detections = TagDetector(camera).detect(picture)
    for tag in detections.tags:
        assert np.isfinite(tag.corners).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 1.0))
def test_rubbish_over_a_tag_never_gives_numbers_that_are_not_finite(studio: Studio, seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    picture = studio.grey(VIEW, CUBE).copy()
    spoilt = rng.random(picture.shape) < share * 0.2
    picture[spoilt] = rng.integers(0, 256, int(spoilt.sum()), dtype=np.uint8)
    corner = rng.integers(0, 400, 2)
    picture[corner[0] : corner[0] + 60, corner[1] : corner[1] + 200] = rng.integers(0, 256)
    for tag in TagDetector(studio.camera).detect(picture).tags:
        assert np.isfinite(tag.corners).all()
        assert np.isfinite(tag.covariance).all()


@pytest.mark.parametrize(
    "picture", [np.zeros((480, 641), np.uint8), np.zeros((480, 640, 3), np.uint8), np.zeros((480, 640))]
)
def test_other_pictures_than_the_cameras_are_refused(studio: Studio, picture: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8 of shape"):
        TagDetector(studio.camera).detect(picture)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family", "16h5"),
        ("min_side", 0.0),
        ("blur", math.nan),
        ("trim", 0.6),
        ("min_margin", 1.5),
        ("edge_points", 2),
        ("iterations", 0),
        ("max_wrong_bits", 9),
    ],
)
def test_parameters_out_of_range_are_named(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        DetectionParameters(**{field: value})
