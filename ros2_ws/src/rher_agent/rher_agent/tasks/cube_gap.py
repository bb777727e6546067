# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How far a round finger is from a cube that lies flat."""

from __future__ import annotations

import cmath

from rher_agent.worlds.state import Vector


def cube_gap(finger: Vector, cube: Vector, yaw: float, *, edge: float, radius: float) -> float:
    """Return the distance seen from above between the outlines of a finger and of a cube [m]; negative inside.

    Args:
        finger: Its axis in base_link [m], shape (2,) or more.
        cube: Its middle in base_link [m], shape (2,) or more.
        yaw: Of the cube about the vertical [rad].
        edge: Of the cube [m].
        radius: Of the finger [m].
    """
    offset = complex(finger[0] - cube[0], finger[1] - cube[1]) * cmath.exp(-1j * yaw)
    beyond_x, beyond_y = abs(offset.real) - edge / 2.0, abs(offset.imag) - edge / 2.0
    outside = abs(complex(max(beyond_x, 0.0), max(beyond_y, 0.0)))
    return outside + min(max(beyond_x, beyond_y), 0.0) - radius
