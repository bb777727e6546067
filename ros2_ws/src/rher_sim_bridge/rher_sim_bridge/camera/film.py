# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A film of what happens, for people."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE = (640, 480)
"""Width and height of its pictures [pixels]."""
SUFFIX = ".mp4"
CODEC = "mp4v"
"""Of OpenCV's own encoder, which every player knows."""


class Film:
    """Writes pictures one after the other into a file, which can be played once it is closed."""

    def __init__(self, path: Path, rate: float) -> None:
        """Begin a film.

        Args:
            path: Of the file, ending in .mp4; one that exists is replaced.
            rate: Pictures a second.

        Raises:
            ValueError: The file cannot be written, or has another ending.
        """
        if path.suffix != SUFFIX:
            raise ValueError(f"film is '{path}'; allowed: a file name that ends in {SUFFIX}")
        if not path.resolve().parent.is_dir():
            raise ValueError(f"film is '{path}'; allowed: a file in a folder that exists")
        self._writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*CODEC), rate, SIZE)
        if not self._writer.isOpened():
            raise ValueError(f"film '{path}' cannot be written")

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Add a picture, shape (height, width, 3) of SIZE, RGB."""
        self._writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))

    def close(self) -> None:
        """Finish the file."""
        self._writer.release()
