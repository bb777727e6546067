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


def read_codes(
    grey: NDArray[np.uint8], corners: Vector, dictionary: cv2.aruco.Dictionary, ids: Sequence[int]
) -> tuple[Code, ...]:
    """Read the cells of tags.

    Args:
        grey: Picture, shape (height, width).
        corners: Measured pixels of the corners as printed, clockwise from the top left, shape (n, 4, 2).
        dictionary: Family of the tags.
        ids: What each was decoded as.
    """
    size = int(dictionary.markerSize)
    cells = size + 2
    # One ring of white around the tag counts as cells too.
    centres = np.arange(-1, cells + 1) + 0.5
    grid = np.stack(np.meshgrid(centres, centres), axis=-1) / cells
    codes = []
    for quad, number in zip(corners, ids, strict=True):
        levels = sample(grey, _place(grid, quad))
        if not np.isfinite(levels).all():
            codes.append(Code(0.0, 0.0, size * size))
            continue
        black = float(np.median(_ring(levels[1:-1, 1:-1])))
        white = float(np.median(_ring(levels)))
        expected = cv2.aruco.Dictionary.getBitsFromByteList(dictionary.bytesList[number : number + 1], size)
        sign = np.where(expected > 0, 1.0, -1.0)
        half = max((white - black) / 2.0, LEAST_HALF_CONTRAST)
        clearance = np.clip((levels[2:-2, 2:-2] - (white + black) / 2.0) / half, -1.0, 1.0) * sign
        codes.append(Code(white - black, float(clearance.mean()), int(np.sum(clearance <= 0.0))))
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
