# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A film holds the pictures it was given."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from rher_sim_bridge.camera.film import SIZE, Film

RATE = 10.0
RED, BLUE = (255, 0, 0), (0, 0, 255)


def picture(colour) -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 3), colour, dtype=np.uint8)


def test_every_picture_is_in_the_film_in_its_colours(tmp_path):
    film = Film(tmp_path / "demo.mp4", RATE)
    for colour in (RED, BLUE, BLUE):
        film.add(picture(colour))
    film.close()
    reader = cv2.VideoCapture(str(tmp_path / "demo.mp4"))
    assert reader.get(cv2.CAP_PROP_FPS) == RATE
    means = []
    while (shown := reader.read())[0]:
        means.append(shown[1].mean(axis=(0, 1))[::-1])
    np.testing.assert_allclose(means, (RED, BLUE, BLUE), atol=8.0)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("demo.avi", "allowed: a file name that ends in .mp4"),
        ("no/demo.mp4", "allowed: a file in a folder that exists"),
    ],
)
def test_a_film_that_cannot_be_is_refused(tmp_path, name, message):
    with pytest.raises(ValueError, match=message):
        Film(tmp_path / name, RATE)
