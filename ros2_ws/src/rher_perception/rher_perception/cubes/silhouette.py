# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Fits x, y and yaw of an upright cube to its outline in a picture.

The outline of a cube is the convex hull of its projected corners. The mean squared distance of the outline's points
from that polygon, large distances counting less (Huber), is reduced by Gauss-Newton with numerical derivatives. It has
more than one minimum over a quarter turn, so that several yaws are tried and the most promising are refined.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_from_vector

Vector = NDArray[np.float64]

CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
"""Of a cube of edge 1 about its centre."""
YAW_STARTS = 8
"""Evenly spread over a quarter turn."""
REFINED = 2
"""As many of them are refined."""
MAX_ITERATIONS = 12
CONVERGED = 1e-5
"""Norm of a step at which to stop [m, rad]."""
MAX_POINTS = 100
"""An outline with more is thinned out."""
STEPS = np.array([1e-4, 1e-4, 1e-3])
"""For numerical derivatives by x, y [m] and yaw [rad]."""
HUBER = 1.0
"""Distances beyond count linearly [pixel]."""
LARGEST_STEP = 0.05
"""A step of x and y is cut to this [m]."""
NEAREST = 0.01
"""Corners closer to the lens are behind it for all practical purposes [m]."""


@dataclass(frozen=True, eq=False)
class SilhouetteFit:
    """An upright cube that fits an outline."""

    base_from_object: Pose
    distances: Vector
    """Of the outline's points from the cube's outline [pixel], shape (n,)."""


def fit_silhouette(
    outline: Vector, start: Vector, height: float, size: float, camera: CameraModel, base_from_camera: Pose
) -> SilhouetteFit | None:
    """Fit a cube to an outline; None when it does not come to lie in front of the lens.

    Args:
        outline: Border points in ideal pixels, shape (n, 2).
        start: Rough x and y of the centre in base_link [m], shape (2,).
        height: Of the cube's centre in base_link [m].
        size: Edge [m].
        camera: Intrinsics.
        base_from_camera: Pose of the optical frame.
    """
    camera_from_base = base_from_camera.inverse
    points = outline[:: max(1, len(outline) // MAX_POINTS)]

    def pose(parameters: Vector) -> Pose:
        return Pose(rotation_from_vector(np.array([0.0, 0.0, parameters[2]])), np.array([*parameters[:2], height]))

    def distances(parameters: Vector) -> Vector:
        """Return infinite distances for a cube that is not in front of the lens."""
        seen = (camera_from_base @ pose(parameters)).apply(CORNERS * size)
        return _distances(points, camera.project(seen)) if seen[:, 2].min() > NEAREST else np.full(len(points), np.inf)

    yaws = np.arange(YAW_STARTS) * math.pi / 2.0 / YAW_STARTS
    starts = sorted((np.array([*start, yaw]) for yaw in yaws), key=lambda begin: _cost(distances(begin)))
    fits = [_descend(begin, distances) for begin in starts[:REFINED]]
    best = min(fits, key=lambda parameters: _cost(distances(parameters)))
    errors = np.abs(distances(best))
    return SilhouetteFit(pose(best), errors) if np.isfinite(errors).all() else None


def _descend(parameters: Vector, distances: Callable[[Vector], Vector]) -> Vector:
    """Return x, y and yaw of the minimum near a start."""
    for _ in range(MAX_ITERATIONS):
        errors = distances(parameters)
        jacobian = np.column_stack([(distances(parameters + h) - errors) / h.sum() for h in np.diag(STEPS)])
        if not (np.isfinite(errors).all() and np.isfinite(jacobian).all()):
            break
        weights = np.sqrt(np.minimum(1.0, HUBER / np.maximum(np.abs(errors), 1e-9)))
        step = np.linalg.lstsq(jacobian * weights[:, None], -errors * weights, rcond=None)[0]
        step *= min(1.0, LARGEST_STEP / max(float(np.linalg.norm(step[:2])), 1e-12))
        parameters = parameters + step
        if float(np.linalg.norm(step)) < CONVERGED:
            break
    return parameters


def _cost(errors: Vector) -> float:
    """Return the mean of Huber's function of distances [pixel^2]."""
    size = np.abs(errors)
    return float(np.mean(np.where(size < HUBER, size**2 / 2.0, HUBER * (size - HUBER / 2.0))))


def _distances(points: Vector, corners: Vector) -> Vector:
    """Return signed distances of points (n, 2) from the convex hull of corners (m, 2), negative inside; shape (n,)."""
    hull = cv2.convexHull(corners.astype(np.float32)).reshape(-1, 2).astype(np.float64)
    side = np.roll(hull, -1, axis=0) - hull
    length = np.maximum(np.linalg.norm(side, axis=1), 1e-9)
    normal = np.stack((side[:, 1], -side[:, 0]), axis=1) / length[:, None]
    if np.mean(np.sum((hull - hull.mean(axis=0)) * normal, axis=1)) < 0.0:
        normal = -normal
    return np.max(points @ normal.T - np.sum(hull * normal, axis=1), axis=1)
