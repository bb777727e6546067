# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The symmetries of a horizontal table: turning about the vertical and mirroring change nothing but coordinates."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.encoder import RelayEncoder


class PlanarSymmetry:
    """Turns rows of features and actions by random angles and mirrors half of them.

    A planar pair (x, y) is the complex number x + iy. Turning by a multiplies it by exp(ia) and mirroring at the x axis
    conjugates it; a pair (cos n yaw, sin n yaw) turns by n a.
    """

    def __init__(self, encoder: RelayEncoder) -> None:
        self._pairs = encoder.planar_pairs
        self._yaws = encoder.yaw_pairs
        self._yaw_symmetry = encoder.yaw_symmetry

    def draw(self, rows: int, rng: np.random.Generator) -> tuple[NDArray[np.complex64], NDArray[np.bool_]]:
        """Draw one turn exp(ia) and one mirror flag for each row; shapes (rows,) and (rows,)."""
        angle = rng.uniform(-math.pi, math.pi, rows)
        return np.exp(1j * angle).astype(np.complex64), rng.random(rows) < 0.5

    def features(
        self, features: NDArray[np.float32], turn: NDArray[np.complex64], mirror: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Return features (B, size) as seen after the turn and the mirror."""
        turned = features.copy()
        self._apply(turned, self._pairs, turn, mirror)
        if len(self._yaws):
            self._apply(turned, self._yaws, turn**self._yaw_symmetry, mirror)
        return turned

    def actions(
        self, actions: NDArray[np.float32], turn: NDArray[np.complex64], mirror: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Return actions (B, n), whose first two entries are horizontal, as seen after the turn and the mirror."""
        turned = actions.copy()
        self._apply(turned, np.array([[0, 1]]), turn, mirror)
        return turned

    @staticmethod
    def _apply(
        rows: NDArray[np.float32],
        pairs: NDArray[np.int64],
        turn: NDArray[np.complex64],
        mirror: NDArray[np.bool_],
    ) -> None:
        x, y = pairs[:, 0], pairs[:, 1]
        plane = rows[:, x] + 1j * rows[:, y]
        plane = np.where(mirror[:, None], plane.conj(), plane) * turn[:, None]
        rows[:, x], rows[:, y] = plane.real, plane.imag
