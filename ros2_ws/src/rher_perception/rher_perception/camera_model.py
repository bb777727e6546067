# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How a camera turns directions into pixels.

The optical frame is that of REP-103: x right, y down, z forward. Pixel centres are whole numbers. Measured pixels carry
the lens's distortion; ideal pixels are those of a pinhole with the same matrix.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

UNDISTORT_ITERATIONS = 40
"""More than the few that a mild lens needs; the iteration stops earlier once it has converged."""
UNDISTORT_TOLERANCE = 1e-10
"""In normalised coordinates, far below any pixel's noise."""


@dataclass(frozen=True, eq=False)
class CameraModel:
    """Intrinsics of a camera.

    Raises:
        ValueError: A field is out of range.
    """

    width: int
    """[pixel]"""
    height: int
    """[pixel]"""
    matrix: Vector
    """Focal lengths and principal point [pixel], shape (3, 3)."""
    distortion: Vector = field(default_factory=lambda: np.zeros(5))
    """Plumb bob or rational coefficients in OpenCV's order k1, k2, p1, p2, k3 and on."""

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)} pixels; allowed: 1 or more")
        matrix = np.asarray(self.matrix, np.float64)
        if matrix.shape != (3, 3) or not np.isfinite(matrix).all():
            raise ValueError(f"matrix is {self.matrix}; allowed: finite, of shape (3, 3)")
        if not (matrix[0, 0] > 0.0 and matrix[1, 1] > 0.0):
            raise ValueError(f"matrix has focal lengths {matrix[0, 0]}, {matrix[1, 1]}; allowed: more than 0")
        if matrix[0, 1] != 0.0 or matrix[1, 0] != 0.0 or tuple(matrix[2]) != (0.0, 0.0, 1.0):
            raise ValueError(f"matrix is {self.matrix}; allowed: no skew, last row 0, 0, 1")
        distortion = np.asarray(self.distortion, np.float64).reshape(-1)
        if distortion.size not in (0, 4, 5, 8, 12, 14) or not np.isfinite(distortion).all():
            raise ValueError(f"distortion is {self.distortion}; allowed: 0, 4, 5, 8, 12 or 14 finite coefficients")
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "distortion", distortion)

    @classmethod
    def pinhole(cls, width: int, height: int, vertical_field: float) -> CameraModel:
        """Return a camera with square pixels and no distortion.

        Args:
            width: [pixel]
            height: [pixel]
            vertical_field: Vertical field of view [rad].
        """
        focal = height / 2.0 / math.tan(vertical_field / 2.0)
        return cls(
            width, height, np.array([[focal, 0.0, (width - 1) / 2.0], [0.0, focal, (height - 1) / 2.0], [0, 0, 1]])
        )

    @cached_property
    def is_distorted(self) -> bool:
        """Whether measured pixels differ from ideal ones."""
        return bool(np.any(self.distortion))

    def ideal(self, pixels: Vector) -> Vector:
        """Return ideal pixels for measured ones; shape (..., 2)."""
        if not self.is_distorted or pixels.size == 0:
            return pixels
        criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, UNDISTORT_ITERATIONS, UNDISTORT_TOLERANCE)
        flat = np.ascontiguousarray(pixels, np.float64).reshape(-1, 1, 2)
        ideal = cv2.undistortPointsIter(flat, self.matrix, self.distortion, np.eye(3), self.matrix, criteria)
        return np.asarray(ideal, np.float64).reshape(pixels.shape)

    def measured(self, points: Vector) -> Vector:
        """Return measured pixels, distortion included, of points in the optical frame [m]; shape (n, 3) to (n, 2)."""
        if points.size == 0:
            return np.zeros((0, 2))
        pixels, _ = cv2.projectPoints(points.reshape(-1, 1, 3), np.zeros(3), np.zeros(3), self.matrix, self.distortion)
        return np.asarray(pixels, np.float64).reshape(-1, 2)

    def project(self, points: Vector) -> Vector:
        """Return ideal pixels of points in the optical frame [m]; shape (..., 3) to (..., 2)."""
        focal, centre = self.matrix[(0, 1), (0, 1)], self.matrix[:2, 2]
        return points[..., :2] / points[..., 2:] * focal + centre

    def rays(self, pixels: Vector) -> Vector:
        """Return directions with z = 1 in the optical frame for ideal pixels; shape (..., 2) to (..., 3)."""
        focal, centre = self.matrix[(0, 1), (0, 1)], self.matrix[:2, 2]
        plane = (pixels - centre) / focal
        return np.concatenate((plane, np.ones((*plane.shape[:-1], 1))), axis=-1)
