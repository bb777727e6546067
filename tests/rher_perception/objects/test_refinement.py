# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The best pose and its covariance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_perception.geometry import Pose, rotation_angle, rotation_from_vector, vector_from_rotation
from rher_perception.objects.refinement import ALL, PLANAR, Corners, pose_covariance, refine

from tests.rher_perception.objects.synthetic import BASE_FROM_CAMERA, CAMERA, LAYOUT, SD
from tests.rher_perception.scene import yawed

POINTS = np.concatenate([tag.corners for tag in LAYOUT.tags[:2]])
POSE = yawed(0.52, 0.03, 0.3)


def corners(pose: Pose, noise: np.ndarray | float = 0.0) -> Corners:
    pixels = CAMERA.project((BASE_FROM_CAMERA.inverse @ pose).apply(POINTS)) + noise
    return Corners(POINTS, pixels, np.tile(SD**2 * np.eye(2), (len(POINTS), 1, 1)))


@settings(deadline=None)
@given(st.lists(st.floats(-0.2, 0.2), min_size=3, max_size=3), st.lists(st.floats(-0.03, 0.03), min_size=3, max_size=3))
def test_the_pose_is_found_from_a_start_nearby(turn: list[float], shift: list[float]) -> None:
    start = Pose(rotation_from_vector(np.array(turn)) @ POSE.rotation, POSE.translation + np.array(shift))
    fit = refine(start, corners(POSE), CAMERA, BASE_FROM_CAMERA)
    assert fit is not None
    np.testing.assert_allclose(fit.base_from_object.translation, POSE.translation, atol=1e-6)
    assert rotation_angle(fit.base_from_object.rotation.T @ POSE.rotation) < 1e-5
    assert fit.reprojection < 1e-4


def test_directions_held_fixed_do_not_move() -> None:
    start = yawed(0.50, 0.05, 0.1, height=0.024)
    fit = refine(start, corners(POSE), CAMERA, BASE_FROM_CAMERA, PLANAR)
    assert fit is not None
    assert fit.base_from_object.translation[2] == pytest.approx(0.024, abs=1e-15)
    np.testing.assert_allclose(fit.base_from_object.rotation[:, 2], [0.0, 0.0, 1.0], atol=1e-12)


@pytest.mark.parametrize("free", [ALL, PLANAR])
def test_the_covariance_is_that_of_many_trials(free: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    errors, covariance = [], np.zeros((6, 6))
    for _ in range(300):
        fit = refine(POSE, corners(POSE, rng.normal(0.0, SD, (len(POINTS), 2))), CAMERA, BASE_FROM_CAMERA, free)
        assert fit is not None
        turn = vector_from_rotation(POSE.rotation @ fit.base_from_object.rotation.T)
        errors.append(np.concatenate((POSE.translation - fit.base_from_object.translation, turn)))
        stated = pose_covariance(fit.information, free, np.zeros(6))
        assert stated is not None
        covariance = stated
    columns = list(free)
    measured = np.cov(np.array(errors)[:, columns].T)
    ratio = np.sqrt(np.diag(measured) / np.diag(covariance)[columns])
    assert np.abs(ratio - 1.0).max() < 0.2


def test_an_uncertain_height_makes_the_place_uncertain() -> None:
    fit = refine(POSE, corners(POSE), CAMERA, BASE_FROM_CAMERA, PLANAR)
    assert fit is not None
    exact = pose_covariance(fit.information, PLANAR, np.zeros(6))
    held = np.array([0.0, 0.0, 0.002**2, 0.0, 0.0, 0.0])
    uncertain = pose_covariance(fit.information, PLANAR, held)
    assert exact is not None
    assert uncertain is not None
    assert uncertain[2, 2] == pytest.approx(0.002**2)
    assert uncertain[0, 0] > 10.0 * exact[0, 0]
    lifted = yawed(0.52, 0.03, 0.3, height=0.027)
    moved = refine(POSE, corners(lifted), CAMERA, BASE_FROM_CAMERA, PLANAR)
    assert moved is not None
    shift = POSE.translation[:2] - moved.base_from_object.translation[:2]
    np.testing.assert_allclose(uncertain[:2, 2] / 0.002**2 * 0.002, shift, atol=2e-4)


def test_a_point_behind_the_lens_gives_no_pose() -> None:
    behind = Pose(POSE.rotation, 2.0 * BASE_FROM_CAMERA.translation - POSE.translation)
    assert refine(behind, corners(POSE), CAMERA, BASE_FROM_CAMERA) is None
