# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The cells of a print against the picture of the tag that OpenCV draws."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from rher_perception.tags.print import WHITE, print_cells

CELL = 16
"""[pixel]"""


@pytest.mark.parametrize("tag_id", [0, 7, 586])
def test_cells_have_the_colours_of_the_drawn_tag(tag_id: int) -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    drawn = np.pad(cv2.aruco.generateImageMarker(dictionary, tag_id, 8 * CELL), CELL, constant_values=255)
    places, colours = print_cells(dictionary, tag_id)
    assert len(places) == len(colours) == 100
    columns = ((places[:, 0] + 0.5) * 8 * CELL + CELL).astype(int)
    rows = ((0.5 - places[:, 1]) * 8 * CELL + CELL).astype(int)
    np.testing.assert_array_equal(drawn[rows, columns] > 127, colours == WHITE)
