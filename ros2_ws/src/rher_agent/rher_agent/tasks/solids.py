# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps the tool off what cannot give way, as it is kept inside its box: an arm held at a position does not press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from rher_agent.worlds.state import Vector

DEEP = 1.0
"""How far a block reaches down for the end of a finger, which is a column from there up [m]: more than it is high."""


@dataclass(frozen=True, eq=False)
class Block:
    """Something hard on the table, its sides along the axes."""

    middle: Vector
    """In base_link [m], shape (3,)."""
    size: tuple[float, ...]
    """Along x, y and z [m]."""
    gives_way: int | None = None
    """Axis along which it gives way, so that a finger may press; None for none."""


def off_blocks(end: Vector, way: Vector, blocks: Iterable[Block], around: Vector) -> Vector:
    """Shorten the way of a finger so that it stops before all blocks, see off_a_box.

    Args:
        end: Where its lowest point comes to rest by itself, in base_link [m], shape (3,).
        way: That it is to go [m], shape (3,).
        blocks: What it is kept off.
        around: How far the finger reaches around its end, air included: to the sides, and below [m], shape (3,).
    """
    for block in blocks:
        top = block.middle[2] + block.size[2] / 2.0 + around[2]
        middle = np.array((*block.middle[:2], top - DEEP))
        half = np.array((*(np.array(block.size[:2]) / 2.0 + around[:2]), DEEP))
        way = off_a_box(end - middle, way, half, gives_way=block.gives_way)
    return way


def are_off(end: Vector, blocks: Iterable[Block], around: Vector) -> bool:
    """Tell whether a finger is off all blocks, see off_blocks."""
    return not off_blocks(end, np.zeros(3), (replace(block, gives_way=None) for block in blocks), around).any()


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
