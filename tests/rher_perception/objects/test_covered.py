# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A cube behind a finger: seen by what shows of its tags, refused when too little shows, never put in a wrong place."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_perception.geometry import Pose, vector_from_rotation
from rher_perception.objects.covered import CoveredObserver
from rher_perception.objects.estimate import ObjectEstimate
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.facing import facing_tags
from rher_perception.objects.parameters import EstimationParameters, PlanarConstraint
from rher_perception.objects.search import find_print
from rher_perception.tags.detector import TagDetector

from tests.rher_perception.scene import AWAY, Studio, look_at, yawed

PLANE = PlanarConstraint(0.025)
VIEW = look_at(np.array([1.15, 0.0, 0.39]), np.array([0.5, 0.0, 0.0]))
DICTIONARY = cv2.aruco.DICT_APRILTAG_36h11
FINGER = (150, 90, 20)
"""Grey levels that a finger may have."""
ELSEWHERE = 0.004
"""A pose further off is a wrong one [m]."""


def observer(studio: Studio) -> CoveredObserver:
    return CoveredObserver(studio.layout, TagDetector(studio.camera), studio.camera, PLANE, EstimationParameters())


def with_finger(studio: Studio, grey: np.ndarray, cube: Pose, offset: float, width: float, level: int) -> np.ndarray:
    """Return a picture with an upright bar before the cube, its middle a share of the cube's size off the cube's."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * 0.025
    pixels = studio.camera.project(VIEW.inverse.apply(cube.apply(corners)))
    left, right = pixels[:, 0].min(), pixels[:, 0].max()
    middle = (left + right) / 2.0 + offset * (right - left)
    half = width * (right - left) / 2.0
    covered = grey.copy()
    covered[:, max(0, round(middle - half)) : max(0, round(middle + half))] = level
    return covered


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.38, 0.65),
    st.floats(-0.15, 0.15),
    st.floats(-math.pi, math.pi),
    st.floats(-0.4, 0.4),
    st.sampled_from(FINGER),
    st.floats(-0.02, 0.02),
    st.floats(-0.015, 0.015),
    st.floats(-0.2, 0.2),
)
def test_what_shows_beside_a_finger_gives_the_pose_or_none(
    studio: Studio, x: float, y: float, yaw: float, offset: float, level: int, dx: float, dy: float, turn: float
) -> None:
    cube, expected = yawed(x, y, yaw), yawed(x + dx, y + dy, yaw + turn)
    grey = with_finger(studio, studio.grey(VIEW, cube), cube, offset, 0.4, level)
    seen = observer(studio).observe(grey, VIEW, 7, expected)
    if seen is not None:
        error = seen.base_from_object.translation - cube.translation
        turned = vector_from_rotation(cube.rotation @ seen.base_from_object.rotation.T)
        assert np.linalg.norm(error[:2]) < ELSEWHERE
        assert np.linalg.norm(turned) < math.radians(8.0)


def test_most_of_the_cubes_behind_a_finger_are_seen_that_no_whole_tag_shows_of(studio: Studio) -> None:
    rng = np.random.default_rng(0)
    detector, covered = TagDetector(studio.camera), observer(studio)
    estimator = ObjectEstimator(studio.layout, studio.camera, plane=PLANE)
    hidden = found = 0
    for _ in range(60):
        cube = yawed(rng.uniform(0.4, 0.6), rng.uniform(-0.1, 0.1), rng.uniform(-math.pi, math.pi))
        grey = with_finger(studio, studio.grey(VIEW, cube), cube, rng.uniform(-0.2, 0.2), 0.4, 60)
        if isinstance(estimator.estimate(detector.detect(grey), VIEW, 0), ObjectEstimate):
            continue
        hidden += 1
        shift = rng.uniform(-0.01, 0.01, 2)
        expected = Pose(cube.rotation, cube.translation + np.array([*shift, 0.0]))
        found += covered.observe(grey, VIEW, 0, expected) is not None
    assert hidden > 20
    assert found / hidden > 0.5


def test_an_expected_pose_that_sank_or_rose_is_put_upright_first(studio: Studio) -> None:
    cube = yawed(0.5, 0.0, 0.4)
    sunk = Pose(cube.rotation, cube.translation + np.array([0.005, 0.0, -0.006]))
    grey = with_finger(studio, studio.grey(VIEW, cube), cube, 0.0, 0.3, 60)
    seen = observer(studio).observe(grey, VIEW, 0, sunk)
    assert seen is not None
    assert np.linalg.norm(seen.base_from_object.translation - cube.translation) < 0.001


@pytest.mark.parametrize("width", [1.3, 3.0])
def test_a_cube_that_is_covered_whole_is_not_seen(studio: Studio, width: float) -> None:
    cube = yawed(0.5, 0.05, 0.4)
    grey = with_finger(studio, studio.grey(VIEW, cube), cube, 0.0, width, 60)
    assert observer(studio).observe(grey, VIEW, 0, cube) is None


def repainted(studio: Studio, grey: np.ndarray, cube: Pose, family: int, shift: int) -> np.ndarray:
    """Return a picture in which the tags of the cube are others, their numbers greater by a shift."""
    dictionary = cv2.aruco.getPredefinedDictionary(family)
    picture = grey.copy()
    for tag in facing_tags(studio.layout, VIEW.inverse @ cube):
        seen = studio.camera.project(VIEW.inverse.apply(cube.apply(tag.corners))).astype(np.float32)
        drawn = cv2.aruco.generateImageMarker(dictionary, tag.id + shift, 80)
        square = np.array([[0, 0], [79, 0], [79, 79], [0, 79]], np.float32)
        homography = cv2.getPerspectiveTransform(square, seen)
        size = picture.shape[::-1]
        there = cv2.warpPerspective(np.full_like(drawn, 255), homography, size) > 127
        picture[there] = (40 + cv2.warpPerspective(drawn, homography, size).astype(int) * 130 // 255)[there]
    return cv2.GaussianBlur(picture, (0, 0), 0.6)


@pytest.mark.parametrize("family", [cv2.aruco.DICT_APRILTAG_36h11, cv2.aruco.DICT_4X4_50, cv2.aruco.DICT_5X5_100])
def test_a_cube_with_other_tags_in_its_place_is_not_taken_for_it(studio: Studio, family: int) -> None:
    cube = yawed(0.5, 0.0, 0.5)
    grey = studio.grey(VIEW, cube)
    assert observer(studio).observe(repainted(studio, grey, cube, DICTIONARY, 0), VIEW, 0, cube) is not None
    taken = [
        shift
        for shift in range(6, 44)
        if observer(studio).observe(repainted(studio, grey, cube, family, shift), VIEW, 0, cube) is not None
    ]
    assert not taken


def test_a_cube_turned_by_a_quarter_is_not_taken_for_the_one_that_is_expected(studio: Studio) -> None:
    cube, expected = yawed(0.5, 0.0, 0.5), yawed(0.5, 0.0, 0.5 + math.pi / 2.0)
    assert observer(studio).observe(studio.grey(VIEW, cube), VIEW, 0, expected) is None


def test_an_empty_table_shows_no_print(studio: Studio) -> None:
    expected = yawed(0.5, 0.0, 0.4)
    empty = studio.grey(VIEW, AWAY)
    tags = facing_tags(studio.layout, VIEW.inverse @ expected)
    dictionary = TagDetector(studio.camera).dictionary
    assert len(tags) in (2, 3)
    assert find_print(empty, tags, dictionary, studio.camera, VIEW, expected) is None
    noise = np.random.default_rng(0).integers(0, 256, empty.shape, np.uint8)
    assert find_print(noise, tags, dictionary, studio.camera, VIEW, expected) is None


def test_the_print_is_found_three_centimetres_off(studio: Studio) -> None:
    cube, expected = yawed(0.5, 0.0, 0.4), yawed(0.52, 0.02, 0.55)
    tags = facing_tags(studio.layout, VIEW.inverse @ expected)
    dictionary = TagDetector(studio.camera).dictionary
    found = find_print(studio.grey(VIEW, cube), tags, dictionary, studio.camera, VIEW, expected)
    assert found is not None
    assert np.linalg.norm(found.translation - cube.translation) < 0.0015
