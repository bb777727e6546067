# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How curves and marks of a picture look, so that people who see colours differently tell them apart too."""

from __future__ import annotations

COLOURS = "petroff10"
"""Style of matplotlib with ten colours chosen for people who see colours differently (Petroff 2021)."""
COLOUR_COUNT = 10
"""Of that style; after them dashes and markers are shifted, so that forty curves differ."""
DASHES = ("-", "--", "-.", ":")
"""Of one curve after the other, so that neighbours also differ in grey."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
"""Of one curve with points after the other."""
MET, MISSED = "#0072b2", "#d55e00"
"""Blue and vermilion (Okabe and Ito 2008): what succeeded and what did not."""


def colour_of(index: int) -> str:
    """Return the colour of the curve of a number, in the style COLOURS."""
    return f"C{index}"


def dashes_of(index: int) -> str:
    """Return the dashes of the curve of a number."""
    return DASHES[_shifted(index) % len(DASHES)]


def marker_of(index: int) -> str:
    """Return the marker of the curve of a number."""
    return MARKERS[_shifted(index) % len(MARKERS)]


def _shifted(index: int) -> int:
    return index + index // COLOUR_COUNT
