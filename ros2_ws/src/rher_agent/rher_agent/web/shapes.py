# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What can be drawn in a browser, in words that no graph and no browser has to be there for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from rher_agent.worlds.state import Vector

Colour = tuple[float, float, float, float]
"""Red, green, blue, opacity, 0 to 1."""


class Kind(Enum):
    """Of a shape."""

    BOX = "box"
    """Its size is that of its edges."""
    BALL = "ball"
    """Its size is its diameter, three times; unequal ones make an ellipsoid."""
    CYLINDER = "cylinder"
    """Along z; its size is its diameter, twice, and its height."""
    LINE = "line"
    """Through its points; its size is its width, in front."""
    EDGES = "edges"
    """Lines between its points, taken in twos; its size is their width, in front."""
    BEADS = "beads"
    """Balls at its points; its size is their diameter, three times."""
    ARROW = "arrow"
    """From its first point to its second; its size is the diameters of shaft and head, in front."""
    TEXT = "text"
    """Turned to whoever looks; its size is the height of its letters, at the end. The page has one colour for texts."""


@dataclass(frozen=True)
class Shape:
    """Something to draw.

    Args:
        kind: What it is.
        frame: In which its pose is.
        colour: Of all of it; lines, edges, beads and arrows are never seen through.
        size: [m]; what it means depends on the kind.
        position: Of its middle, or of the frame of its points [m], shape (3,).
        quaternion: w, x, y, z.
        points: Of lines, edges, beads or an arrow [m], shape (n, 3).
        text: What a text says.
    """

    kind: Kind
    frame: str
    colour: Colour
    size: tuple[float, float, float]
    position: Vector = field(default_factory=lambda: np.zeros(3))
    quaternion: Vector = field(default_factory=lambda: np.array((1.0, 0.0, 0.0, 0.0)))
    points: Vector = field(default_factory=lambda: np.zeros((0, 3)))
    text: str = ""

    def looks_like(self, other: Shape) -> bool:
        """Tell whether only the poses of two shapes differ."""
        mine, others = (
            (shape.kind, shape.frame, shape.colour, shape.size, shape.text, shape.points.tolist())
            for shape in (self, other)
        )
        return mine == others
