# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The tags on the cube."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from rher_sim_bridge.scene.apriltag import CELL_TEXELS, FACE_CELLS, FACES, cube_texture, face_image


def detect(image: np.ndarray) -> list[int]:
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11))
    _, ids, _ = detector.detectMarkers(image)
    return [] if ids is None else [int(tag_id) for tag_id in ids.ravel()]


@pytest.mark.parametrize("tag_id", [0, 7, 586])
def test_a_face_carries_its_tag(tag_id: int) -> None:
    image = face_image(tag_id)
    assert image.shape == (FACE_CELLS * CELL_TEXELS, FACE_CELLS * CELL_TEXELS, 3)
    assert detect(image) == [tag_id]


def test_the_faces_of_a_cube_differ_and_the_upper_one_is_the_first() -> None:
    texels = FACE_CELLS * CELL_TEXELS
    faces = cube_texture(10).reshape(FACES, texels, texels, 3)
    assert [detect(face) for face in faces] == [[11], [12], [13], [14], [10], [15]]
