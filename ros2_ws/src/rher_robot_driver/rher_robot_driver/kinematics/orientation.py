# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The turn between two orientations, as a rotation vector."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from transforms3d.axangles import mat2axangle

Vector = NDArray[np.float64]

HALF_TURN_BAND = 1e-3
"""Distance from a half turn within which the sine no longer gives the axis [rad]."""
SMALL_ANGLE_SINE = 1e-8
"""Below this sine, angle and sine are the same number in double precision."""


def orientation_error(target: Vector, current: Vector) -> Vector:
    """Return the rotation vector that turns one orientation into the other.

    With the relative rotation E = target current^T, the vector of its skew part is sin(angle) times the axis and
    its trace is 1 + 2 cos(angle). Written out in scalars because a servo asks for it at every tick.

    Args:
        target: Orientation wanted, rotation matrix in base_link, shape (3, 3).
        current: Orientation present, rotation matrix in base_link, shape (3, 3).

    Returns:
        Rotation vector in base_link [rad], shape (3,); its norm is at most pi.
    """
    (t00, t01, t02), (t10, t11, t12), (t20, t21, t22) = target.tolist()
    (c00, c01, c02), (c10, c11, c12), (c20, c21, c22) = current.tolist()
    x = 0.5 * (t20 * c10 + t21 * c11 + t22 * c12 - t10 * c20 - t11 * c21 - t12 * c22)
    y = 0.5 * (t00 * c20 + t01 * c21 + t02 * c22 - t20 * c00 - t21 * c01 - t22 * c02)
    z = 0.5 * (t10 * c00 + t11 * c01 + t12 * c02 - t00 * c10 - t01 * c11 - t02 * c12)
    sine = math.sqrt(x * x + y * y + z * z)
    trace = t00 * c00 + t01 * c01 + t02 * c02 + t10 * c10 + t11 * c11 + t12 * c12 + t20 * c20 + t21 * c21 + t22 * c22
    angle = math.atan2(sine, 0.5 * (trace - 1.0))
    if angle > math.pi - HALF_TURN_BAND:
        axis, turn = mat2axangle(target @ current.T)
        return np.asarray(turn * axis, dtype=np.float64)
    scale = angle / sine if sine > SMALL_ANGLE_SINE else 1.0
    return np.array((scale * x, scale * y, scale * z))
