# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Running mean and standard deviation of the features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Normalizer:
    """Scales features to zero mean and unit deviation, clipped; statistics are exact sums over everything seen.

    Attributes:
        count: Rows seen.
        total: Sum of the rows, shape (size,).
        total_square: Sum of their squares, shape (size,).
    """

    def __init__(self, size: int, *, epsilon: float, clip: float) -> None:
        """Start with no data, which maps every feature to itself.

        Args:
            size: Number of features.
            epsilon: Least deviation, in the unit of the feature, so that a constant feature is not blown up.
            clip: Greatest absolute value after scaling.
        """
        self.count = 0.0
        self.total = np.zeros(size)
        self.total_square = np.zeros(size)
        self._epsilon = epsilon
        self._clip = clip
        self._mean = np.zeros(size, dtype=np.float32)
        self._inverse_std = np.ones(size, dtype=np.float32)

    def update(self, rows: NDArray[np.float32]) -> None:
        """Take in rows of features, shape (B, size)."""
        rows64 = rows.astype(np.float64)
        self.load(
            self.count + len(rows64),
            self.total + rows64.sum(axis=0),
            self.total_square + np.square(rows64).sum(axis=0),
        )

    def load(self, count: float, total: NDArray[np.float64], total_square: NDArray[np.float64]) -> None:
        """Set the statistics."""
        self.count, self.total, self.total_square = count, total, total_square
        if count > 0.0:
            mean = total / count
            variance = np.maximum(total_square / count - mean**2, self._epsilon**2)
            self._mean = mean.astype(np.float32)
            self._inverse_std = (1.0 / np.sqrt(variance)).astype(np.float32)

    def normalize(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the rows scaled and clipped, as they are while no row was seen; shape (B, size)."""
        if self.count == 0.0:
            return rows
        return np.clip((rows - self._mean) * self._inverse_std, -self._clip, self._clip)
