# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Between UR's base frame with rotation vectors, and base_link with quaternions.

UR's base is base_link turned by pi about z (REP-103 wants x forward): x and y change sign, z stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rher_robot_driver.ur.protocol import Six

SMALLEST_ANGLE = 1e-12
"""Length of a rotation vector below which half of it is its sine [rad]."""


def turned(pair: Sequence[float]) -> Six:
    """Return a twist or wrench, two vectors on end, from UR's base in base_link or the other way."""
    ax, ay, az, bx, by, bz = pair
    return -ax, -ay, az, -bx, -by, bz


def turned_point(point: Sequence[float]) -> tuple[float, float, float]:
    """Return a point [m] from UR's base in base_link or the other way."""
    x, y, z = point
    return -x, -y, z


def quaternion_from_base(rotation_vector: Sequence[float]) -> tuple[float, float, float, float]:
    """Return the unit quaternion (w, x, y, z) in base_link of a rotation vector [rad] in UR's base.

    The half turn about z is the quaternion k, and k (w + x i + y j + z k) = -z - y i + x j + w k. Written out, because
    it is asked for in every servo period.
    """
    rx, ry, rz = rotation_vector
    angle = math.sqrt(rx * rx + ry * ry + rz * rz)
    share = math.sin(0.5 * angle) / angle if angle > SMALLEST_ANGLE else 0.5
    return -share * rz, -share * ry, share * rx, math.cos(0.5 * angle)
