# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where tags sit on an object."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_perception.geometry import Pose
from rher_perception.tags.square import square_corners

Vector = NDArray[np.float64]
Axis = tuple[float, float, float]

CUBE_FACES: tuple[tuple[Axis, Axis], ...] = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    ((0.0, 0.0, -1.0), (0.0, 1.0, 0.0)),
    ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0)),
    ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    ((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
)
"""Right and up of the print on the faces +z, +x, -x, +y, -y, -z of a cube, in the cube's frame, in the order of ids."""


@dataclass(frozen=True, eq=False)
class PlacedTag:
    """A tag on an object.

    Raises:
        ValueError: A field is out of range.
    """

    id: int
    """Number in the family."""
    size: float
    """Side of the black square [m]."""
    object_from_tag: Pose
    """Its pose: x right, y up, z out of the print."""

    def __post_init__(self) -> None:
        if self.id < 0:
            raise ValueError(f"id is {self.id}; allowed: 0 or more")
        if not (math.isfinite(self.size) and self.size > 0.0):
            raise ValueError(f"size is {self.size} m; allowed: more than 0")

    @property
    def corners(self) -> Vector:
        """Corners in the object's frame [m], in the order of TagDetection, shape (4, 3)."""
        return self.object_from_tag.apply(square_corners(self.size))


@dataclass(frozen=True, eq=False)
class TagLayout:
    """The tags of one object.

    Raises:
        ValueError: There is no tag, or two have the same id.
    """

    name: str
    """Of the object."""
    tags: tuple[PlacedTag, ...]

    def __post_init__(self) -> None:
        ids = [tag.id for tag in self.tags]
        if not ids:
            raise ValueError(f"tags of '{self.name}' is empty; allowed: at least one tag")
        if len(set(ids)) < len(ids):
            raise ValueError(f"tags of '{self.name}' has ids {ids}; allowed: each id once")

    def find(self, tag_id: int) -> PlacedTag | None:
        """Return the tag with an id, or None when the object does not carry it."""
        return next((tag for tag in self.tags if tag.id == tag_id), None)


def cube_layout(name: str, cube_size: float, tag_size: float, first_tag: int) -> TagLayout:
    """Return the layout of a cube with a tag centred on every face; the frame's origin is the cube's centre.

    Args:
        name: Of the object.
        cube_size: Edge of the cube [m].
        tag_size: Side of the black squares [m].
        first_tag: Id on the face +z; the faces +x, -x, +y, -y, -z count on.

    Raises:
        ValueError: The tags do not fit on the faces.
    """
    if not 0.0 < tag_size < cube_size:
        raise ValueError(f"tag_size is {tag_size} m; allowed: more than 0, less than cube_size, {cube_size} m")
    tags = []
    for k, (right, up) in enumerate(CUBE_FACES):
        out = np.cross(right, up)
        pose = Pose(np.column_stack((right, up, out)), out * cube_size / 2.0)
        tags.append(PlacedTag(first_tag + k, tag_size, pose))
    return TagLayout(name, tuple(tags))


def board_layout(name: str, columns: int, rows: int, tag_size: float, gap: float, first_tag: int) -> TagLayout:
    """Return the layout of a flat board with a grid of tags, all upright.

    The frame's origin is the middle of the board, x right, y up and z out of the print.

    Args:
        name: Of the object.
        columns: Tags along x.
        rows: Tags along y.
        tag_size: Side of the black squares [m].
        gap: White between the black squares of neighbours [m].
        first_tag: Id at the top left; the others count on along each row, then row by row.

    Raises:
        ValueError: A number is out of range.
    """
    for word, count in (("columns", columns), ("rows", rows)):
        if count < 1:
            raise ValueError(f"{word} is {count}; allowed: 1 or more")
    if not (math.isfinite(gap) and gap > 0.0):
        raise ValueError(f"gap is {gap} m; allowed: more than 0, two cells of the tag at best")
    pitch = tag_size + gap
    tags = []
    for k in range(rows * columns):
        row, column = divmod(k, columns)
        place = pitch * np.array([column - (columns - 1) / 2.0, (rows - 1) / 2.0 - row, 0.0])
        tags.append(PlacedTag(first_tag + k, tag_size, Pose(np.eye(3), place)))
    return TagLayout(name, tuple(tags))
