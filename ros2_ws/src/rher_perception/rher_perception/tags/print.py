# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How the print of a tag looks: which of its cells are black and which are white."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

BLACK, WHITE = -1.0, 1.0


def print_cells(dictionary: cv2.aruco.Dictionary, tag_id: int) -> tuple[Vector, Vector]:
    """Return the middles of a tag's cells and their colours, the black border and one ring of white included.

    Args:
        dictionary: Family of the tag.
        tag_id: Number in the family.

    Returns:
        Positions in sides of the black square, x right and y up from its middle, (n, 2), and BLACK or WHITE, (n,).
    """
    size = int(dictionary.markerSize)
    cells = size + 2
    bits = cv2.aruco.Dictionary.getBitsFromByteList(dictionary.bytesList[tag_id : tag_id + 1], size)
    colours = np.full((cells + 2, cells + 2), WHITE)
    colours[1:-1, 1:-1] = BLACK
    colours[2:-2, 2:-2] = np.where(bits > 0, WHITE, BLACK)
    along = (np.arange(cells + 2) - 0.5) / cells - 0.5
    x, y = np.meshgrid(along, -along)
    return np.stack((x.ravel(), y.ravel()), axis=-1), colours.ravel()
