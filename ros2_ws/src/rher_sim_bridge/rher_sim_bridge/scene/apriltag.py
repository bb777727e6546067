# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""AprilTag 36h11 textures for the faces of a cube."""

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


def face_image(tag_id: int) -> NDArray[np.uint8]:
    """Draw one face: a tag with its white border; shape (texels, texels, 3), RGB."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    tag = cv2.aruco.generateImageMarker(dictionary, tag_id, TAG_CELLS * CELL_TEXELS)
    bordered = np.pad(tag, CELL_TEXELS, constant_values=255)
    return np.repeat(bordered[:, :, None], 3, axis=2)


def cube_texture(first_id: int) -> NDArray[np.uint8]:
    """Stack the six faces of a cube as MuJoCo wants them: right, left, up, down, front, back.

    The upper face, in MuJoCo's cube maps the third, carries first_id; the others count on from it.

    Returns:
        Shape (6 texels, texels, 3), RGB.
    """
    # Up is the face seen from above by a camera over the cube; the order of the rest is arbitrary but fixed.
    ids = (first_id + 1, first_id + 2, first_id, first_id + 3, first_id + 4, first_id + 5)
    return np.concatenate([face_image(tag_id) for tag_id in ids], axis=0)
