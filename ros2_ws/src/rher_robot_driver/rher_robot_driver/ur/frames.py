# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Between UR's base frame with rotation vectors, and base_link with matrices and quaternions.

UR's base is base_link turned by pi about z (REP-103 wants x forward): x and y change sign, z stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from transforms3d.axangles import axangle2mat
from transforms3d.quaternions import mat2quat

from rher_robot_driver.ur.protocol import Six

Vector = NDArray[np.float64]

HALF_TURN = np.diag((-1.0, -1.0, 1.0))
"""Rotation of UR's base in base_link; its own inverse."""
SMALLEST_ANGLE = 1e-12
"""Length of a rotation vector that is taken for none [rad]."""


def turned(pair: Sequence[float]) -> Six:
    """Return a twist or wrench, two vectors on end, from UR's base in base_link or the other way."""
    ax, ay, az, bx, by, bz = pair
    return -ax, -ay, az, -bx, -by, bz


def turned_point(point: Sequence[float]) -> tuple[float, float, float]:
    """Return a point [m] from UR's base in base_link or the other way."""
    x, y, z = point
    return -x, -y, z


def rotation_from_base(rotation_vector: Sequence[float]) -> Vector:
    """Return the matrix in base_link, shape (3, 3), of a rotation vector [rad] in UR's base."""
    angle = math.hypot(*rotation_vector)
    if angle < SMALLEST_ANGLE:
        return HALF_TURN.copy()
    axis = [component / angle for component in rotation_vector]
    return HALF_TURN @ axangle2mat(axis, angle, is_normalized=True)


def quaternion_from_base(rotation_vector: Sequence[float]) -> tuple[float, float, float, float]:
    """Return the unit quaternion (w, x, y, z) in base_link of a rotation vector [rad] in UR's base."""
    w, x, y, z = mat2quat(rotation_from_base(rotation_vector)).tolist()
    return w, x, y, z
