# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A page as PNG, with its resolution in the file."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.sheets.page import Box, Page

DOTS_PER_MM = 24
"""About 600 dots per inch, and cells of common sizes are whole numbers of dots."""
FONT = cv2.FONT_HERSHEY_SIMPLEX
CAPITAL = 22.0
"""Height of a capital of that font at scale 1 [pixel]."""
CAPITAL_SHARE = 0.7
"""Of a capital in the height of a line of text."""
HEADER_LENGTH = 33
"""Of the signature and the first chunk of a PNG [byte]."""
METRE = 1
"""Unit of the chunk of the resolution."""


def raster(page: Page, dots_per_mm: float = DOTS_PER_MM) -> NDArray[np.uint8]:
    """Return a page as a picture, black 0 and white 255, shape (rows, columns)."""
    picture = np.full((round(page.height * dots_per_mm), round(page.width * dots_per_mm)), 255, np.uint8)
    for mark in page.marks:
        if isinstance(mark, Box):
            left, right = (round(value * dots_per_mm) for value in (mark.x, mark.x + mark.width))
            upper, lower = (round(value * dots_per_mm) for value in (mark.y, mark.y + mark.height))
            picture[upper:lower, left:right] = round(255 * mark.brightness)
        else:
            scale = CAPITAL_SHARE * mark.size * dots_per_mm / CAPITAL
            place = (round(mark.x * dots_per_mm), round(mark.y * dots_per_mm))
            pen = max(1, round(2.0 * scale))
            cv2.putText(picture, mark.words, place, FONT, scale, (0,), pen, cv2.LINE_AA)
    return picture


def png(page: Page, dots_per_mm: float = DOTS_PER_MM) -> bytes:
    """Return a page as the content of a file, which tells a printer how large it is.

    Raises:
        ValueError: It cannot be encoded.
    """
    done, encoded = cv2.imencode(".png", raster(page, dots_per_mm))
    if not done:
        raise ValueError(f"a page of {page.width} x {page.height} mm cannot be encoded as PNG")
    content = encoded.tobytes()
    per_metre = round(dots_per_mm * 1000.0)
    body = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, METRE)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return content[:HEADER_LENGTH] + chunk + content[HEADER_LENGTH:]
