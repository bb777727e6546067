# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The symmetry of a horizontal table, used as data: transitions mirrored at the x and the y axis by chance.

Unlike the canonical view this asks nothing of a gripper whose fingers open along one of the axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.encoder import RelayEncoder

Signs = NDArray[np.float32]
"""-1 where a row is mirrored, else 1: of its x entries and of its y entries, shape (B, 2)."""


class Mirror:
    """Mirrors rows of features and actions."""

    def __init__(self, encoder: RelayEncoder) -> None:
        self._x, self._y = encoder.planar_pairs[:, 0], encoder.planar_pairs[:, 1]
        self._sines = encoder.yaw_pairs[:, 1]
        self._cosines = encoder.yaw_pairs[:, 0]
        # At the y axis an angle a becomes pi - a, and n a becomes n pi - n a.
        self._half_turns = np.where(encoder.yaw_symmetries % 2 == 0, 1, -1)
        self._axial = encoder.axial

    def draw(self, rows: int, rng: np.random.Generator) -> Signs:
        """Draw by which axes each of B rows is mirrored."""
        signs: Signs = np.float32(1.0) - np.float32(2.0) * rng.integers(2, size=(rows, 2)).astype(np.float32)
        return signs

    def features(self, features: NDArray[np.float32], signs: Signs) -> NDArray[np.float32]:
        """Return features (B, size) mirrored."""
        seen = features.copy()
        seen[:, self._x] *= signs[:, :1]
        seen[:, self._y] *= signs[:, 1:]
        both = signs[:, :1] * signs[:, 1:]
        seen[:, self._axial] *= both
        across = np.where(signs[:, :1] < 0.0, self._half_turns, 1)
        seen[:, self._cosines] *= across
        seen[:, self._sines] *= across * both
        return seen

    def actions(self, actions: NDArray[np.float32], signs: Signs) -> NDArray[np.float32]:
        """Return actions (B, n), whose first two entries are horizontal, mirrored."""
        seen = actions.copy()
        seen[:, :2] *= signs
        return seen
