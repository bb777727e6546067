# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps the tool off what cannot give way, as it is kept inside its box: an arm held at a position does not press."""

from __future__ import annotations

import numpy as np

from rher_agent.worlds.state import Vector


def off_a_box(place: Vector, way: Vector, half: Vector, *, gives_way: int | None = None) -> Vector:
    """Shorten a way so that a point stops before a box around the origin, and moves along its face freely.

    Args:
        place: Where the point comes to rest by itself, seen from the box [m], shape (n,).
        way: That it is to go [m], shape (n,).
        half: Half the sizes of the box, with the size of the tool added [m], shape (n,).
        gives_way: Axis along which the box gives way, so that the point may press; None for none.
    """
    if (np.abs(place + way) >= half).any():
        return way
    gaps = np.abs(place) - half
    face = int(np.argmax(gaps))
    if face == gives_way:
        return way
    shortened = way.copy()
    shortened[face] = -np.copysign(1.0, place[face]) * gaps[face]
    return shortened
