# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Poses from rendered pictures against the truth: no bias, no flips, no pose that is wrong by more than it says."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_perception.geometry import Pose, rotation_angle, vector_from_rotation
from rher_perception.objects.estimate import Cause, ObjectEstimate, Refusal
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.observer import ObjectObserver
from rher_perception.objects.parameters import PlanarConstraint
from rher_perception.tags.detector import Detections, TagDetector

from tests.rher_perception.scene import Studio, look_at, yawed

PLANE = PlanarConstraint(0.025)
FLIP = math.radians(20.0)
WIDEST = 6.0
"""Errors, in their own standard deviations."""


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0.35, 0.65),
    st.floats(-0.15, 0.15),
    st.floats(-math.pi, math.pi),
    st.floats(0.6, 0.9),
    st.floats(math.radians(30.0), math.radians(80.0)),
    st.floats(-math.pi, math.pi),
    st.integers(0, 1000),
)
def test_a_cube_on_the_table(
    studio: Studio, x: float, y: float, yaw: float, distance: float, elevation: float, azimuth: float, seed: int
) -> None:
    cube = yawed(x, y, yaw)
    level = math.cos(elevation)
    towards = np.array([level * math.cos(azimuth), level * math.sin(azimuth), math.sin(elevation)])
    view = look_at(cube.translation + distance * towards, cube.translation + np.array([0.05, -0.05, 0.0]))
    grey = studio.grey(view, cube, seed)
    detector = TagDetector(studio.camera)
    detections = detector.detect(grey)
    for plane in (PLANE, None):
        observer = ObjectObserver(detector, ObjectEstimator(studio.layout, studio.camera, plane=plane), studio.camera)
        seen = observer.observe(grey, detections, view, 0)
        if plane is not None:
            assert isinstance(seen, ObjectEstimate)
        if isinstance(seen, ObjectEstimate):
            error = seen.base_from_object.translation - cube.translation
            turn = vector_from_rotation(cube.rotation @ seen.base_from_object.rotation.T)
            assert np.linalg.norm(error[:2]) < (0.001 if plane is not None else 0.006)
            assert np.linalg.norm(turn) < FLIP
            scaled = np.concatenate((error, turn)) / np.sqrt(np.diag(seen.covariance))
            assert np.abs(scaled).max() < WIDEST


def test_a_tag_that_the_detector_overlooks_is_measured_where_it_is_expected(studio: Studio) -> None:
    cube = yawed(0.5, 0.0, 0.4)
    view = look_at(np.array([0.9, 0.2, 0.6]), cube.translation)
    grey = studio.grey(view, cube)
    detector = TagDetector(studio.camera)
    observer = ObjectObserver(detector, ObjectEstimator(studio.layout, studio.camera, plane=PLANE), studio.camera)
    nothing = Detections((), ())
    unseen = observer.observe(grey, nothing, view, 0)
    assert isinstance(unseen, Refusal)
    found = observer.observe(grey, nothing, view, 0, expected=yawed(0.502, -0.001, 0.42))
    assert isinstance(found, ObjectEstimate)
    assert np.linalg.norm(found.base_from_object.translation[:2] - cube.translation[:2]) < 0.001


def test_an_expectation_alone_makes_no_pose(studio: Studio) -> None:
    cube = yawed(0.5, 0.0, 0.4)
    view = look_at(np.array([0.9, 0.2, 0.6]), cube.translation)
    empty = studio.grey(view, Pose(np.eye(3), np.array([40.0, 0.0, 0.0])))
    detector = TagDetector(studio.camera)
    observer = ObjectObserver(detector, ObjectEstimator(studio.layout, studio.camera, plane=PLANE), studio.camera)
    assert isinstance(observer.observe(empty, detector.detect(empty), view, 0, expected=cube), Refusal)


def test_two_identical_cubes_are_refused(studio: Studio) -> None:
    cube, twin = yawed(0.45, -0.08, 0.4), yawed(0.55, 0.10, 0.2)
    view = look_at(np.array([0.8, 0.0, 0.75]), np.array([0.5, 0.0, 0.0]))
    grey = studio.grey(view, cube, twin=twin)
    detector = TagDetector(studio.camera)
    observer = ObjectObserver(detector, ObjectEstimator(studio.layout, studio.camera, plane=PLANE), studio.camera)
    refused = observer.observe(grey, detector.detect(grey), view, 0, expected=cube)
    assert isinstance(refused, Refusal)
    assert refused.cause is Cause.DUPLICATE


def test_an_upside_down_camera_sees_the_same_cube(studio: Studio) -> None:
    cube = yawed(0.5, 0.0, 0.4)
    upright = look_at(np.array([0.9, 0.2, 0.6]), cube.translation)
    view = Pose(upright.rotation @ np.diag([-1.0, -1.0, 1.0]), upright.translation)
    detector = TagDetector(studio.camera)
    seen = ObjectEstimator(studio.layout, studio.camera).estimate(detector.detect(studio.grey(view, cube)), view, 0)
    assert isinstance(seen, ObjectEstimate)
    assert rotation_angle(seen.base_from_object.rotation.T @ cube.rotation) < math.radians(2.0)
