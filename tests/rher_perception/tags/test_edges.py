# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The edge fit against squares that are drawn to an eighth of a pixel and averaged."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_perception.camera_model import CameraModel
from rher_perception.tags.edges import fit_edges, sample
from rher_perception.tags.parameters import DetectionParameters

SIZE = 96
FINE = 8
"""Subpixels along a pixel."""
CAMERA = CameraModel(SIZE, SIZE, np.array([[500.0, 0.0, 47.5], [0.0, 500.0, 47.5], [0.0, 0.0, 1.0]]))
CELLS = 8
BLACK, WHITE, BEYOND = 20, 200, 140


def draw(corners: np.ndarray, blur: float = 0.5) -> np.ndarray:
    """Draw a black square with a white margin of one cell, by averaging subpixels; corners (4, 2) [pixel]."""
    middle = corners.mean(axis=0)
    axis = (np.arange(SIZE * FINE) + 0.5) / FINE - 0.5
    u, v = np.meshgrid(axis, axis)
    fine = np.full(u.shape, float(BEYOND), np.float32)
    for scale, level in ((1.0 + 2.0 / CELLS, WHITE), (1.0, BLACK)):
        quad = middle + (corners - middle) * scale
        inside = np.ones(u.shape, bool)
        for (x, y), (x2, y2) in zip(quad, np.roll(quad, -1, axis=0), strict=True):
            inside &= (x2 - x) * (v - y) - (y2 - y) * (u - x) >= 0.0
        fine[inside] = level
    picture = cv2.resize(fine, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return np.rint(cv2.GaussianBlur(picture, (0, 0), blur)).astype(np.uint8)


def square(x: float, y: float, side: float, turn: float) -> np.ndarray:
    base = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) * side / 2.0
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.array([x, y]) + base @ rotation.T


@settings(max_examples=40, deadline=None)
@given(st.floats(42.0, 53.0), st.floats(42.0, 53.0), st.floats(25.0, 45.0), st.floats(0.1, 1.4), st.integers(0, 1000))
def test_corners_are_found_without_bias(x: float, y: float, side: float, turn: float, seed: int) -> None:
    corners = square(x, y, side, turn)
    rough = corners + np.random.default_rng(seed).uniform(-1.0, 1.0, (4, 2))
    fit = fit_edges(draw(corners), rough[None], CELLS, CAMERA, DetectionParameters())
    errors = fit.ideal[0] - corners
    assert np.abs(errors).max() < 0.1
    outward = (corners - corners.mean(axis=0)) / np.linalg.norm(corners - corners.mean(axis=0), axis=1)[:, None]
    assert abs(float(np.mean(np.sum(errors * outward, axis=1)))) < 0.05
    assert fit.residual[0] < 0.1
    assert fit.share[0] > 0.8


def test_a_dark_finger_over_the_white_margin_is_not_taken_for_the_edge() -> None:
    corners = square(47.0, 48.0, 32.0, 0.0)
    picture = draw(corners)
    picture[:, 62:] = 70
    fit = fit_edges(picture, corners[None], CELLS, CAMERA, DetectionParameters())
    assert fit.share[0] < DetectionParameters().min_edge_share


def test_a_side_behind_a_finger_is_left_out_and_the_corners_say_so() -> None:
    corners = square(47.0, 48.0, 32.0, 0.0)
    picture = draw(corners)
    picture[:, 58:] = 70
    shifted = corners + np.array([0.8, 0.6])
    fit = fit_edges(picture, shifted[None], CELLS, CAMERA, DetectionParameters(), least_share=0.35)
    assert fit.sides[0] == 3
    deviation = np.sqrt(np.diagonal(fit.covariance[0], axis1=1, axis2=2))
    left, right = [0, 3], [1, 2]
    np.testing.assert_allclose(fit.ideal[0][left], corners[left], atol=0.1)
    assert deviation[left].max() < 0.2
    np.testing.assert_allclose(fit.ideal[0][right][:, 1], corners[right][:, 1], atol=0.1)
    assert deviation[right][:, 1].max() < 1.0
    assert deviation[right][:, 0].min() > 100.0, "nothing is known of where they are along the sides that show"
    whole = fit_edges(draw(corners), shifted[None], CELLS, CAMERA, DetectionParameters(), least_share=0.35)
    assert whole.sides[0] == 4


def test_the_stated_covariance_is_that_of_the_errors() -> None:
    rng = np.random.default_rng(1)
    squared = []
    for _ in range(60):
        corners = square(
            rng.uniform(44.0, 51.0), rng.uniform(44.0, 51.0), rng.uniform(25.0, 40.0), rng.uniform(-1.5, 1.5)
        )
        noisy = np.clip(np.rint(draw(corners) + rng.normal(0.0, 4.0, (SIZE, SIZE))), 0, 255).astype(np.uint8)
        fit = fit_edges(noisy, corners[None], CELLS, CAMERA, DetectionParameters())
        for error, covariance in zip(fit.ideal[0] - corners, fit.covariance[0], strict=True):
            squared.append(float(error @ np.linalg.solve(covariance, error)))
    # Two for a covariance that is exactly right; a wide one is safe, a narrow one would be believed too much.
    assert 0.2 < np.mean(squared) < 3.0


def test_points_are_undistorted_before_lines_are_fitted() -> None:
    lens = CameraModel(
        SIZE, SIZE, np.array([[80.0, 0.0, 47.5], [0.0, 80.0, 47.5], [0.0, 0.0, 1.0]]), np.array([0.2, 0.0, 0.0, 0.0])
    )
    ideal = square(47.0, 48.0, 40.0, 0.3)
    v, u = np.mgrid[0:SIZE, 0:SIZE].astype(np.float64)
    source = lens.ideal(np.stack((u, v), axis=-1))
    straight = draw(ideal)
    bent = cv2.remap(straight, source[..., 0].astype(np.float32), source[..., 1].astype(np.float32), cv2.INTER_CUBIC)
    seen = lens.measured(lens.rays(ideal))
    fit = fit_edges(np.asarray(bent, np.uint8), seen[None], CELLS, lens, DetectionParameters())
    assert np.abs(fit.ideal[0] - ideal).max() < 0.15
    assert np.abs(fit.measured[0] - ideal).max() > 0.4


def test_brightness_between_pixels_is_bilinear_and_the_border_goes_on() -> None:
    picture = np.array([[0, 100], [50, 150]], np.uint8)
    points = np.array([[0.5, 0.5], [0.25, 0.0], [-9.0, -9.0], [9.0, 9.0]])
    np.testing.assert_allclose(sample(picture, points), [75.0, 25.0, 0.0, 150.0])


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1)])
def test_pictures_of_one_row_can_be_sampled(shape: tuple[int, int]) -> None:
    picture = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    assert np.isfinite(sample(picture, np.array([[0.0, 0.0], [4.0, 4.0]]))).all()
