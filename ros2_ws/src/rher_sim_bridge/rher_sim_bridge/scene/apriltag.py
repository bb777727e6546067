# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""AprilTag 36h11 textures for the faces of a cube and for a plate."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

TAG_CELLS = 8
"""Cells of a 36h11 tag along an edge, black border included."""
FACE_CELLS = TAG_CELLS + 2
"""The tag and one cell of white around it, which the detector needs."""
CELL_TEXELS = 32
"""Texels of a cell along an edge; a power of two, so that mipmaps do not blur cells into each other."""
FACES = 6


def tag_image(tag_id: int) -> NDArray[np.uint8]:
    """Draw one tag with its black border; shape (texels, texels), grey."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    return np.asarray(cv2.aruco.generateImageMarker(dictionary, tag_id, TAG_CELLS * CELL_TEXELS), np.uint8)


def face_image(tag_id: int) -> NDArray[np.uint8]:
    """Draw one face: a tag with its white border; shape (texels, texels, 3), RGB."""
    bordered = np.pad(tag_image(tag_id), CELL_TEXELS, constant_values=255)
    return np.repeat(bordered[:, :, None], 3, axis=2)


def cube_texture(first_id: int) -> NDArray[np.uint8]:
    """Stack the faces of a cube in MuJoCo's order: +x, -x, +y, -y, +z, -z of the body.

    The upper face, +z, carries first_id and is upright with the body's y up and x to the right; the others count on.

    Returns:
        Shape (6 texels, texels, 3), RGB.
    """
    offsets = (1, 2, 3, 4, 0, 5)
    return np.concatenate([face_image(first_id + offset) for offset in offsets], axis=0)
