# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The symmetry of a horizontal table, used exactly: every situation is turned and mirrored to one canonical view.

A push looks the same from every side of the table and in a mirror. Showing the networks random views of each sample
teaches them that slowly; showing them one view only makes it true by construction. The view: the way to the goal points
ahead (+x), and what matters second lies to the left (+y).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.encoder import RelayEncoder

LEAST_LENGTH = 1e-6
"""A way to the goal shorter than this has no direction [m]."""


@dataclass(frozen=True, eq=False)
class Frame:
    """The view of each of B rows."""

    ahead: NDArray[np.complex64]
    """Direction of the way to the goal, of modulus 1, shape (B,)."""
    mirrored: NDArray[np.bool_]
    """Whether the view is mirrored, shape (B,)."""


class CanonicalFrame:
    """Finds the canonical view of rows of features and changes features and actions to it and back.

    A planar pair (x, y) is the complex number z = x + iy. Seen with d ahead it is z conj(d), and in a mirror its
    conjugate. A pair (cos n yaw, sin n yaw) turns by n times the angle. An axial vector, such as an angular velocity,
    comes out of a mirror reversed.
    """

    def __init__(self, encoder: RelayEncoder) -> None:
        self._pairs = encoder.planar_pairs
        self._yaws = encoder.yaw_pairs
        self._yaw_symmetries = encoder.yaw_symmetries
        self._axial = encoder.axial
        self._ahead = encoder.ahead
        self._side = encoder.side

    def find(self, features: NDArray[np.float32], roles: NDArray[np.int64]) -> Frame:
        """Return the view of features (B, size) of given roles (B,)."""
        way = self._pair(features, self._ahead[roles])
        length = np.abs(way)
        ahead = np.where(length > LEAST_LENGTH, way / np.maximum(length, LEAST_LENGTH), 1.0)
        side = self._pair(features, self._side[roles]) * ahead.conj()
        return Frame(ahead.astype(np.complex64), side.imag < 0.0)

    def features(self, features: NDArray[np.float32], frame: Frame) -> NDArray[np.float32]:
        """Return features (B, size) as seen in the frame."""
        seen = features.copy()
        _view(seen, self._pairs, frame.ahead, frame.mirrored)
        for pair, symmetry in zip(self._yaws, self._yaw_symmetries, strict=True):
            _view(seen, pair[None], frame.ahead ** int(symmetry), frame.mirrored)
        if len(self._axial):
            seen[:, self._axial] *= np.where(frame.mirrored, np.float32(-1.0), np.float32(1.0))[:, None]
        return seen

    def actions(self, actions: NDArray[np.float32], frame: Frame) -> NDArray[np.float32]:
        """Return actions (B, n), whose first two entries are horizontal, as seen in the frame."""
        seen = actions.copy()
        _view(seen, np.array([[0, 1]]), frame.ahead, frame.mirrored)
        return seen

    def actions_back(self, actions: NDArray[np.float32], frame: Frame) -> NDArray[np.float32]:
        """Return actions (B, n) seen in the frame as they are in base_link; undoes `actions`."""
        back = actions.copy()
        plane = back[:, 0] + 1j * back[:, 1]
        plane = np.where(frame.mirrored, plane.conj(), plane) * frame.ahead
        back[:, 0], back[:, 1] = plane.real, plane.imag
        return back

    @staticmethod
    def _pair(features: NDArray[np.float32], at: NDArray[np.int64]) -> NDArray[np.complex64]:
        rows = np.arange(len(features))
        pair: NDArray[np.complex64] = features[rows, at] + 1j * features[rows, at + 1]
        return pair


def _view(
    rows: NDArray[np.float32],
    pairs: NDArray[np.int64],
    ahead: NDArray[np.complex64],
    mirrored: NDArray[np.bool_],
) -> None:
    """Change the planar pairs of rows in place to the view with `ahead` along +x, mirrored where asked for."""
    x, y = pairs[:, 0], pairs[:, 1]
    plane = (rows[:, x] + 1j * rows[:, y]) * ahead.conj()[:, None]
    rows[:, x] = plane.real
    rows[:, y] = np.where(mirrored[:, None], -plane.imag, plane.imag)
