# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The pose that fits all corners best, by Gauss-Newton with a little damping, in base_link.

A pose is moved by d = (translation, rotation vector), both along the axes of base_link: a point X of the object goes to
R X + t + d_t + d_r x R X. Corners are whitened by their own covariance, so that the inverse of J^T J is the covariance
of the pose. Leaving out columns of J holds these directions fixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_from_vector, skew

Vector = NDArray[np.float64]

ALL = (0, 1, 2, 3, 4, 5)
"""Free directions of a body in the air: x, y, z, then rotation about x, y, z of base_link."""
PLANAR = (0, 1, 5)
"""Free directions of a body upright on the table: x, y and yaw."""
MAX_ITERATIONS = 20
CONVERGED = 1e-7
"""Norm of a step at which to stop [m, rad]."""
DAMPING = 1e-9
"""Relative to the diagonal of J^T J; only keeps a hopeless problem solvable."""
NEAREST = 0.01
"""Points closer to the lens than this are behind it for all practical purposes [m]."""


@dataclass(frozen=True, eq=False)
class Corners:
    """Matching corners of n points on an object and in a picture."""

    points: Vector
    """In the object's frame [m], shape (n, 3)."""
    pixels: Vector
    """Ideal pixels, shape (n, 2)."""
    covariance: Vector
    """Of the pixels [pixel^2], shape (n, 2, 2)."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A refined pose."""

    base_from_object: Pose
    information: Vector
    """J^T J in all six directions, free or not, shape (6, 6)."""
    errors: Vector
    """Measured less predicted pixels, shape (n, 2)."""
    chi_square: float
    """Sum of squared whitened errors."""

    @property
    def reprojection(self) -> float:
        """Root mean square distance between predicted and measured corners [pixel]."""
        return float(np.sqrt(np.mean(np.sum(self.errors**2, axis=1))))


def refine(
    start: Pose, corners: Corners, camera: CameraModel, base_from_camera: Pose, free: tuple[int, ...] = ALL
) -> Fit | None:
    """Return the best pose near another, or None when a corner falls behind the lens or nothing finite comes out.

    Args:
        start: Pose base_from_object to begin with.
        corners: What was measured.
        camera: Intrinsics.
        base_from_camera: Pose of the optical frame.
        free: Directions that may change, see ALL and PLANAR.
    """
    pose, columns = start, list(free)
    camera_from_base = base_from_camera.inverse
    whitening = np.linalg.inv(np.linalg.cholesky(corners.covariance))
    focal = camera.matrix[(0, 1), (0, 1)]
    for _ in range(MAX_ITERATIONS):
        arms = corners.points @ pose.rotation.T
        seen = camera_from_base.apply(arms + pose.translation)
        depth = seen[:, 2]
        if not (np.isfinite(seen).all() and depth.min() > NEAREST):
            return None
        errors = corners.pixels - camera.project(seen)
        white = (whitening @ errors[..., None])[..., 0]
        by_point = np.zeros((len(seen), 2, 3))
        by_point[:, 0, 0] = focal[0] / depth
        by_point[:, 1, 1] = focal[1] / depth
        by_point[:, :, 2] = -focal * seen[:, :2] / depth[:, None] ** 2
        by_base = whitening @ by_point @ camera_from_base.rotation
        jacobian = np.concatenate((by_base, by_base @ -skew(arms)), axis=-1).reshape(-1, 6)
        information = jacobian.T @ jacobian
        normal = information[np.ix_(columns, columns)]
        step = np.zeros(6)
        try:
            step[columns] = np.linalg.solve(
                normal + DAMPING * np.diag(np.diag(normal)), jacobian[:, columns].T @ white.ravel()
            )
        except np.linalg.LinAlgError:
            return None
        if not float(np.linalg.norm(step[3:])) < np.pi:
            return None
        if float(np.linalg.norm(step)) < CONVERGED:
            break
        pose = Pose(rotation_from_vector(step[3:]) @ pose.rotation, pose.translation + step[:3])
    return Fit(pose, information, errors, float(np.sum(white**2)))


def pose_covariance(information: Vector, free: tuple[int, ...], held_variance: Vector) -> Vector | None:
    """Return the covariance of a pose of which some directions were measured and the others assumed; shape (6, 6).

    An error in what was assumed, such as the height, shifts what was measured by -N_ff^-1 N_fh times that error.

    Args:
        information: J^T J, shape (6, 6).
        free: Directions that were measured.
        held_variance: Variance of each assumed direction [m^2, rad^2], shape (6,); measured directions are not read.

    Returns:
        None when the corners do not determine the free directions.
    """
    columns = list(free)
    held = [k for k in range(6) if k not in free]
    try:
        measured = np.linalg.inv(information[np.ix_(columns, columns)])
    except np.linalg.LinAlgError:
        return None
    spread = np.diag(held_variance[held])
    carry = -measured @ information[np.ix_(columns, held)]
    covariance = np.zeros((6, 6))
    covariance[np.ix_(columns, columns)] = measured + carry @ spread @ carry.T
    covariance[np.ix_(columns, held)] = carry @ spread
    covariance[np.ix_(held, columns)] = spread @ carry.T
    covariance[np.ix_(held, held)] = spread
    return covariance if np.isfinite(covariance).all() else None
