# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Lines and text on pictures: nothing is cut off, nothing outside the picture breaks it."""

from __future__ import annotations

import numpy as np
import pytest
from rher_perception.drawing.canvas import SKY_BLUE, WHITE, Canvas

SIZES = [(480, 640), (720, 1280), (48, 64)]


def grey(size: tuple[int, int]) -> np.ndarray:
    return np.full((*size, 3), 100, np.uint8)


def white_box(picture: np.ndarray) -> tuple[int, int, int, int]:
    """Return the first and last row and column of white pixels."""
    rows, columns = np.nonzero((picture > 150).all(axis=2))
    return rows.min(), rows.max(), columns.min(), columns.max()


@pytest.mark.parametrize("size", SIZES[:2])
def test_a_label_at_the_border_is_moved_inside(size: tuple[int, int]) -> None:
    inside = Canvas(grey(size))
    inside.label(np.array([size[1] / 2.0, size[0] / 2.0]), "12: 0.97", WHITE)
    top, bottom, left, right = white_box(inside.picture)
    assert bottom - top >= size[0] / 80
    for middle in ((0.0, 0.0), (size[1], size[0]), (-500.0, 9999.0)):
        canvas = Canvas(grey(size))
        canvas.label(np.array(middle), "12: 0.97", WHITE)
        box = white_box(canvas.picture)
        assert (box[1] - box[0], box[3] - box[2]) == (bottom - top, right - left)


@pytest.mark.parametrize("size", SIZES[:2])
def test_a_long_line_is_broken_and_ends_inside(size: tuple[int, int]) -> None:
    canvas = Canvas(grey(size))
    canvas.paragraph([("a reason that goes on and on " * 8, WHITE), ("end", WHITE)])
    top, bottom, left, right = white_box(canvas.picture)
    assert left > 0
    assert right < size[1] - 1
    assert bottom - top > 3 * canvas.letter


@pytest.mark.parametrize("size", SIZES)
def test_the_picture_itself_is_left_alone_and_wild_points_are_skipped(size: tuple[int, int]) -> None:
    original = grey(size)
    canvas = Canvas(original)
    wild = np.array([[np.nan, 1.0], [1e300, -1e300], [np.inf, 0.0]])
    canvas.polygon(wild, SKY_BLUE)
    canvas.line(wild[0], wild[1], SKY_BLUE)
    canvas.label(wild[2], "x", SKY_BLUE)
    canvas.label(np.array([-1e300, 1e300]), "x", SKY_BLUE)
    canvas.paragraph([])
    canvas.paragraph([("word " * 500, WHITE)])
    np.testing.assert_array_equal(original, grey(size))
    assert canvas.picture.shape == original.shape
