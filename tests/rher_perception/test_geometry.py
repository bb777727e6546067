# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Rigid poses: composition, inverse, quaternions and rotation vectors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_perception.geometry import Pose, rotation_angle, rotation_from_vector, skew, vector_from_rotation

vectors = st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3).map(np.array)


@given(vectors, vectors, vectors)
def test_a_pose_undone_by_its_inverse_leaves_points_alone(
    turn: np.ndarray, shift: np.ndarray, point: np.ndarray
) -> None:
    pose = Pose(rotation_from_vector(turn), shift)
    np.testing.assert_allclose((pose.inverse @ pose).apply(point), point, atol=1e-12)
    np.testing.assert_allclose(pose.inverse.apply(pose.apply(point)), point, atol=1e-12)


@given(vectors)
def test_rotation_vectors_survive_the_matrix(turn: np.ndarray) -> None:
    np.testing.assert_allclose(vector_from_rotation(rotation_from_vector(turn)), turn, atol=1e-9)


@given(vectors, vectors)
def test_quaternions_survive_the_matrix(turn: np.ndarray, shift: np.ndarray) -> None:
    pose = Pose(rotation_from_vector(turn), shift)
    again = Pose.from_quaternion(-2.0 * pose.quaternion, shift)
    np.testing.assert_allclose(again.rotation, pose.rotation, atol=1e-12)


def test_a_quarter_turn_about_z_carries_x_to_y() -> None:
    quarter = Pose.from_opencv([[0.0], [0.0], [math.pi / 2.0]], [[1.0], [2.0], [3.0]])
    np.testing.assert_allclose(quarter.apply(np.array([1.0, 0.0, 0.0])), [1.0, 3.0, 3.0], atol=1e-12)
    assert rotation_angle(quarter.rotation) == pytest.approx(math.pi / 2.0)


@given(vectors, vectors)
def test_the_skew_matrix_is_the_cross_product(one: np.ndarray, other: np.ndarray) -> None:
    np.testing.assert_allclose(skew(one) @ other, np.cross(one, other), atol=1e-12)


@pytest.mark.parametrize(
    ("rotation", "translation", "field"),
    [
        (2.0 * np.eye(3), np.zeros(3), "rotation"),
        (np.diag([1.0, 1.0, -1.0]), np.zeros(3), "reflection"),
        (np.full((3, 3), np.nan), np.zeros(3), "rotation"),
        (np.eye(3), np.array([0.0, math.inf, 0.0]), "translation"),
        (np.eye(3), np.zeros(2), "translation"),
    ],
)
def test_what_is_no_pose_is_refused(rotation: np.ndarray, translation: np.ndarray, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        Pose(rotation, translation)


def test_a_quaternion_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="quaternion"):
        Pose.from_quaternion(np.zeros(4), np.zeros(3))
