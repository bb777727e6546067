# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Rigid poses. A name a_from_b is the pose of frame b in frame a: it carries coordinates in b to coordinates in a."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from transforms3d.quaternions import axangle2quat, mat2quat, quat2mat

Vector = NDArray[np.float64]

ORTHONORMAL = 1e-6
"""Greatest entry of R R^T - I that a rotation matrix may have."""


@dataclass(frozen=True, eq=False)
class Pose:
    """A rigid pose.

    Raises:
        ValueError: The rotation is no rotation, or an entry is not finite.
    """

    rotation: Vector
    """Rotation matrix, shape (3, 3)."""
    translation: Vector
    """[m], shape (3,)."""

    def __post_init__(self) -> None:
        rotation, translation = np.asarray(self.rotation, np.float64), np.asarray(self.translation, np.float64)
        if translation.shape != (3,) or not all(map(math.isfinite, translation.tolist())):
            raise ValueError(f"translation is {self.translation}; allowed: three finite numbers [m]")
        if rotation.shape != (3, 3) or not _is_orthonormal(rotation):
            raise ValueError(f"rotation is {self.rotation}; allowed: an orthonormal matrix of shape (3, 3)")
        if _determinant(rotation) < 0.0:
            raise ValueError(f"rotation is {self.rotation}, a reflection; allowed: determinant 1")
        object.__setattr__(self, "rotation", rotation)
        object.__setattr__(self, "translation", translation)

    def __matmul__(self, other: Pose) -> Pose:
        return Pose(self.rotation @ other.rotation, self.rotation @ other.translation + self.translation)

    @property
    def inverse(self) -> Pose:
        """The pose of a in b."""
        return Pose(self.rotation.T, -self.rotation.T @ self.translation)

    @property
    def quaternion(self) -> Vector:
        """Unit quaternion w, x, y, z with w not negative, shape (4,)."""
        return mat2quat(self.rotation)

    def apply(self, points: Vector) -> Vector:
        """Return points [m], shape (..., 3), carried from b to a."""
        return points @ self.rotation.T + self.translation

    @classmethod
    def identity(cls) -> Pose:
        """Return the pose of a frame in itself."""
        return cls(np.eye(3), np.zeros(3))

    @classmethod
    def from_opencv(cls, rotation_vector: ArrayLike, translation: ArrayLike) -> Pose:
        """Return the pose of a rotation vector [rad] and a translation [m] of any shape, as OpenCV returns them."""
        vector, offset = (np.asarray(part, np.float64).reshape(3) for part in (rotation_vector, translation))
        return cls(rotation_from_vector(vector), offset)

    @classmethod
    def from_quaternion(cls, quaternion: ArrayLike, translation: ArrayLike) -> Pose:
        """Return the pose with an orientation w, x, y, z and a translation [m].

        Raises:
            ValueError: The quaternion is not finite or has no length.
        """
        quaternion = np.asarray(quaternion, np.float64)
        length = np.linalg.norm(quaternion)
        if quaternion.shape != (4,) or not (np.isfinite(length) and length > 0.0):
            raise ValueError(f"quaternion is {quaternion}; allowed: four finite numbers w, x, y, z, not all 0")
        return cls(quat2mat(quaternion / length), np.asarray(translation, np.float64))


def _is_orthonormal(matrix: Vector) -> bool:
    """Return whether the rows of a matrix of shape (3, 3) are unit vectors at right angles, which nan is not.

    In plain numbers, because a picture makes dozens of poses and array calls on nine numbers are slow.
    """
    (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()
    deviations = (
        a * a + b * b + c * c - 1.0,
        d * d + e * e + f * f - 1.0,
        g * g + h * h + i * i - 1.0,
        a * d + b * e + c * f,
        a * g + b * h + c * i,
        d * g + e * h + f * i,
    )
    return all(abs(deviation) < ORTHONORMAL for deviation in deviations)


def _determinant(matrix: Vector) -> float:
    (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()
    return float(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))


def rotation_from_vector(vector: Vector) -> Vector:
    """Return the rotation matrix of a rotation vector [rad], shape (3,)."""
    return quat2mat(quaternion_from_vector(vector))


def quaternion_from_vector(vector: Vector) -> Vector:
    """Return the unit quaternion w, x, y, z of a rotation vector [rad], shape (3,)."""
    angle = float(np.linalg.norm(vector))
    if angle == 0.0:
        return np.array([1.0, 0.0, 0.0, 0.0])
    return axangle2quat(vector / angle, angle, is_normalized=True)


def vector_from_rotation(rotation: Vector) -> Vector:
    """Return the rotation vector [rad] of a rotation matrix, norm at most pi, shape (3,)."""
    return vector_from_quaternion(mat2quat(rotation))


def vector_from_quaternion(quaternion: Vector) -> Vector:
    """Return the rotation vector [rad] of a unit quaternion w, x, y, z, norm at most pi, shape (3,)."""
    # transforms3d takes the angle from the arc cosine of w, which knows no angle below 1e-8.
    part = quaternion[1:] if quaternion[0] >= 0.0 else -quaternion[1:]
    sine = float(np.linalg.norm(part))
    return part * (2.0 * math.atan2(sine, abs(float(quaternion[0]))) / sine if sine > 0.0 else 2.0)


def rotation_angle(rotation: Vector) -> float:
    """Return by how much a rotation matrix turns [rad], between 0 and pi."""
    return float(np.linalg.norm(vector_from_rotation(rotation)))


def skew(vectors: Vector) -> Vector:
    """Return the matrices [v]x with [v]x u = v x u for vectors of shape (..., 3); shape (..., 3, 3)."""
    x, y, z = np.moveaxis(vectors, -1, 0)
    zero = np.zeros_like(x)
    rows = (np.stack((zero, -z, y), -1), np.stack((z, zero, -x), -1), np.stack((-y, x, zero), -1))
    return np.stack(rows, -2)
