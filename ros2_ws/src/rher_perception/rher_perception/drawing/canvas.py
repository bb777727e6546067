# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A picture to draw on, with lines and text that stay readable at any size.

Colours are RGB and those of Okabe and Ito, which people with any kind of colour vision can tell apart.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
ORANGE: Colour = (230, 159, 0)
SKY_BLUE: Colour = (86, 180, 233)
GREEN: Colour = (0, 158, 115)
YELLOW: Colour = (240, 228, 66)
BLUE: Colour = (0, 114, 178)
VERMILLION: Colour = (213, 94, 0)
PURPLE: Colour = (204, 121, 167)

FONT = cv2.FONT_HERSHEY_SIMPLEX
TEXT_SCALE = 0.42
"""Of the font in a picture of REFERENCE_HEIGHT."""
REFERENCE_HEIGHT = 480.0
"""[pixel]"""
LINE_SPACING = 1.7
"""From one line of text to the next, in heights of a capital letter."""
SHADE = 0.35
"""What is left of the picture's brightness behind a paragraph."""
SUBPIXEL_BITS = 4
"""Lines are drawn to a sixteenth of a pixel."""
FAR = 1e5
"""No line is drawn to a point farther than this from the picture [pixel]."""


class Canvas:
    """A copy of a picture to draw on.

    Args:
        rgb: Shape (height, width, 3).
    """

    def __init__(self, rgb: Picture) -> None:
        self.picture = np.ascontiguousarray(rgb).copy()
        self.height, self.width = rgb.shape[:2]
        zoom = self.height / REFERENCE_HEIGHT
        self._scale = TEXT_SCALE * zoom
        self._thickness = max(1, round(zoom))
        self._letter = cv2.getTextSize("X", FONT, self._scale, self._thickness)[0][1]

    def polygon(self, corners: Vector, colour: Colour) -> None:
        """Draw a closed line through corners [pixel], shape (n, 2)."""
        self._lines(corners, colour, closed=True, bold=False)

    def line(self, start: Vector, end: Vector, colour: Colour) -> None:
        """Draw a bold line between two points [pixel], shape (2,) each."""
        self._lines(np.stack((start, end)), colour, closed=False, bold=True)

    def label(self, middle: Vector, text: str, colour: Colour) -> None:
        """Write a short text about a point [pixel], moved so that nothing of it is cut off."""
        if not np.isfinite(middle).all():
            return
        width, height = self.size(text), self._letter
        margin = self._thickness + 1
        x = np.clip(middle[0] - width / 2.0, margin, max(margin, self.width - width - margin))
        y = np.clip(middle[1] + height / 2.0, height + margin, max(height + margin, self.height - margin))
        self._write(text, round(float(x)), round(float(y)), colour)

    def paragraph(self, lines: list[tuple[str, Colour]]) -> None:
        """Write lines into the shaded upper left corner; long ones are broken, what does not fit below is left out."""
        step, left = round(self._letter * LINE_SPACING), self._letter
        broken = [(part, colour) for text, colour in lines for part in self._break(text, self.width - 2 * left)]
        broken = broken[: max(1, (self.height - left) // step)]
        widest = max((self.size(text) for text, _ in broken), default=0)
        bottom, right = step * len(broken) + left, min(self.width, widest + 2 * left)
        self.picture[:bottom, :right] = (self.picture[:bottom, :right] * SHADE).astype(np.uint8)
        for k, (text, colour) in enumerate(broken):
            self._write(text, left, step * (k + 1), colour)

    @property
    def letter(self) -> int:
        """Height of a capital letter [pixel]."""
        return int(self._letter)

    def size(self, text: str) -> int:
        """Return the width of a text [pixel]."""
        return int(cv2.getTextSize(text, FONT, self._scale, self._thickness)[0][0])

    def _lines(self, points: Vector, colour: Colour, *, closed: bool, bold: bool) -> None:
        if not (np.isfinite(points).all() and np.abs(points).max() < FAR):
            return
        fixed = np.rint(points * 2**SUBPIXEL_BITS).astype(np.int32).reshape(-1, 1, 2)
        thickness = self._thickness * (2 if bold else 1)
        cv2.polylines(self.picture, [fixed], closed, BLACK, thickness + 2, cv2.LINE_AA, SUBPIXEL_BITS)
        cv2.polylines(self.picture, [fixed], closed, colour, thickness, cv2.LINE_AA, SUBPIXEL_BITS)

    def _write(self, text: str, x: int, y: int, colour: Colour) -> None:
        for ink, thickness in ((BLACK, self._thickness + 2), (colour, self._thickness)):
            cv2.putText(self.picture, text, (x, y), FONT, self._scale, ink, thickness, cv2.LINE_AA)

    def _break(self, text: str, width: int) -> list[str]:
        """Return a text in parts that are at most so wide [pixel], as far as its words allow."""
        parts: list[str] = []
        for word in text.split():
            longer = f"{parts[-1]} {word}" if parts else word
            if parts and self.size(longer) <= width:
                parts[-1] = longer
            else:
                parts.append(word)
        return parts
