# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How clearly the code of a tag reads, cell by cell, once its corners are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.tags.edges import sample

Vector = NDArray[np.float64]

LEAST_HALF_CONTRAST = 0.5
"""Keeps the margin finite on a picture without contrast [grey level]."""


@dataclass(frozen=True)
class Code:
    """How a tag's code reads."""

    contrast: float
    """White around the tag less its black border [grey level]."""
    margin: float
    """Mean clearance of the bits from the threshold: 1 at full contrast, 0 undecided, negative when wrong."""
    wrong_bits: int
    """Bits on the wrong side of the threshold."""
    rival_bits: int
    """The same for the best of all other readings: another tag of the family, or any tag turned."""


class CodeBook:
    """The codes of a family of tags.

    Args:
        dictionary: The family.
    """

    def __init__(self, dictionary: cv2.aruco.Dictionary) -> None:
        self.size = int(dictionary.markerSize)
        """Bits along a side."""
        count = len(dictionary.bytesList)
        bits = [
            cv2.aruco.Dictionary.getBitsFromByteList(dictionary.bytesList[k : k + 1], self.size) for k in range(count)
        ]
        upright = np.where(np.array(bits) > 0, 1.0, -1.0)
        turned = np.concatenate([np.rot90(upright, turns, axes=(1, 2)) for turns in range(4)])
        self._readings = turned.reshape(4 * count, -1)

    def wrong_bits(self, clearance: Vector, tag_id: int) -> tuple[int, int]:
        """Return how many bits read wrong for a tag, and for the best of all other readings.

        Args:
            clearance: Of each bit from the threshold, positive for white; shape (size, size).
            tag_id: Number of the tag.
        """
        read = np.where(clearance.ravel() > 0.0, 1.0, -1.0)
        wrong = (clearance.size - self._readings @ read) / 2.0
        own = int(wrong[tag_id])
        wrong[tag_id] = clearance.size
        return own, int(wrong.min())

    def signs(self, tag_id: int) -> Vector:
        """Return the bits of a tag, 1 for white and -1 for black; shape (size, size)."""
        return self._readings[tag_id].reshape(self.size, self.size)


def read_codes(grey: NDArray[np.uint8], corners: Vector, book: CodeBook, ids: Sequence[int]) -> tuple[Code, ...]:
    """Read the cells of tags.

    Args:
        grey: Picture, shape (height, width).
        corners: Measured pixels of the corners as printed, clockwise from the top left, shape (n, 4, 2).
        book: Family of the tags.
        ids: What each was decoded as.
    """
    cells = book.size + 2
    # One ring of white around the tag counts as cells too.
    centres = np.arange(-1, cells + 1) + 0.5
    grid = np.stack(np.meshgrid(centres, centres), axis=-1) / cells
    codes = []
    for quad, number in zip(corners, ids, strict=True):
        levels = sample(grey, _place(grid, quad))
        if not np.isfinite(levels).all():
            codes.append(Code(0.0, 0.0, book.size**2, 0))
            continue
        black = float(np.median(_ring(levels[1:-1, 1:-1])))
        white = float(np.median(_ring(levels)))
        half = max((white - black) / 2.0, LEAST_HALF_CONTRAST)
        clearance = np.clip((levels[2:-2, 2:-2] - (white + black) / 2.0) / half, -1.0, 1.0)
        margin = float(np.mean(clearance * book.signs(number)))
        codes.append(Code(white - black, margin, *book.wrong_bits(clearance, number)))
    return tuple(codes)


def _place(grid: Vector, quad: Vector) -> Vector:
    """Return where points of the unit square appear in a picture, by the homography of its corners."""
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], np.float32)
    if not np.isfinite(quad).all():
        return np.full(grid.shape, np.nan)
    homography = cv2.getPerspectiveTransform(square, quad.astype(np.float32))
    return np.asarray(cv2.perspectiveTransform(grid.reshape(1, -1, 2), homography), np.float64).reshape(grid.shape)


def _ring(levels: Vector) -> Vector:
    """Return the outermost cells of a grid."""
    return np.concatenate((levels[0], levels[-1], levels[1:-1, 0], levels[1:-1, -1]))
