# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The pages with the tags of a cube: tags, lines to cut along, which face is which, and a ruler to check the size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2

from rher_perception.objects.layout import CUBE_FACES
from rher_perception.sheets.page import WHITE, Box, Page, Text
from rher_perception.tags.parameters import FAMILIES
from rher_perception.tags.print import WHITE as WHITE_CELL
from rher_perception.tags.print import print_cells

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height [mm]."""
MARGIN = 15.0
"""Around the page, more than printers leave white [mm]."""
GAP = 12.0
"""Between two faces, room for a line of text [mm]."""
HEADER = 30.0
"""Height of title and ruler [mm]."""
RULER = 100.0
"""Length of the check ruler [mm]."""
TICK = 10.0
"""Between its ticks [mm]."""
PEN = 0.2
"""Width of lines [mm]."""
CUT_BRIGHTNESS = 0.6
"""Of lines to cut along: seen by a person, no edge for a detector."""
LETTERS = 3.2
"""Height of text [mm]."""
AXES = "xyz"
MM = 1000.0
"""In a metre."""


@dataclass(frozen=True)
class TagSheet:
    """The tags of one cube.

    Raises:
        ValueError: A field is not allowed, or a face does not fit on the paper.
    """

    ids: tuple[int, ...]
    """In the order of the faces +z, +x, -x, +y, -y, -z when there are six."""
    size: float
    """Side of the black squares [m]."""
    cube: float
    """Edge of the cube, along which is cut [m]."""
    family: str = "36h11"
    """Of the tags."""
    paper: str = "a4"
    """Name of the paper."""

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(f"family is '{self.family}'; allowed: {', '.join(FAMILIES)}")
        if self.paper not in PAPERS:
            raise ValueError(f"paper is '{self.paper}'; allowed: {', '.join(PAPERS)}")
        dictionary = self.dictionary
        greatest = len(dictionary.bytesList) - 1
        wrong = [number for number in self.ids if not 0 <= number <= greatest]
        if wrong or not self.ids or len(set(self.ids)) < len(self.ids):
            raise ValueError(f"ids is {list(self.ids)}; allowed: one or more of 0 to {greatest}, each once")
        if not 0.0 < self.size < self.cube:
            raise ValueError(f"size is {self.size} m; allowed: more than 0, less than the cube's edge, {self.cube} m")
        cell = self.size / (dictionary.markerSize + 2)
        # Decimal numbers of metres are not exact in floating point.
        if (self.cube - self.size) / 2.0 < cell - 1e-9:
            most = self.cube / (1.0 + 2.0 / (dictionary.markerSize + 2))
            raise ValueError(
                f"size is {self.size} m on a cube of {self.cube} m; allowed: at most {most:.4f} m, "
                "which leaves one cell of white around the tag"
            )
        width, height = PAPERS[self.paper]
        if self.cube * MM > min(width - 2.0 * MARGIN, height - 2.0 * MARGIN - HEADER - GAP):
            raise ValueError(f"cube is {self.cube} m; allowed: what fits on {self.paper} with its margins")

    @property
    def dictionary(self) -> cv2.aruco.Dictionary:
        """The codes of the family."""
        return cv2.aruco.getPredefinedDictionary(FAMILIES[self.family])

    def pages(self) -> tuple[Page, ...]:
        """Return as many pages as the faces need."""
        width, height = PAPERS[self.paper]
        face = self.cube * MM
        columns = int((width - 2.0 * MARGIN + GAP) // (face + GAP))
        rows = int((height - 2.0 * MARGIN - HEADER) // (face + GAP))
        on_page = columns * rows
        pages = []
        for begin in range(0, len(self.ids), on_page):
            marks = list(self._header())
            for k in range(begin, min(begin + on_page, len(self.ids))):
                row, column = divmod(k - begin, columns)
                x, y = MARGIN + column * (face + GAP), MARGIN + HEADER + row * (face + GAP)
                marks += self._face(k, x, y)
            pages.append(Page(width, height, tuple(marks)))
        return tuple(pages)

    def _header(self) -> Iterator[Box | Text]:
        size, cube = f"{self.size * MM:.1f} mm", f"{self.cube * MM:.1f} mm"
        yield Text(MARGIN, MARGIN + LETTERS, LETTERS, f"Tags {self.family}: black squares {size}, faces {cube}.")
        advice = "Print at 100 % (actual size), matt paper; measure ruler and black squares; cut along the grey lines."
        yield Text(MARGIN, MARGIN + 2.5 * LETTERS, LETTERS, advice)
        base = MARGIN + 5.5 * LETTERS
        yield Box(MARGIN, base - PEN / 2.0, RULER, PEN)
        for k in range(round(RULER / TICK) + 1):
            yield Box(MARGIN + k * TICK - PEN / 2.0, base - LETTERS, PEN, LETTERS)
        yield Text(MARGIN + RULER + LETTERS, base, LETTERS, f"{RULER:.0f} mm from first to last tick")

    def _face(self, k: int, x: float, y: float) -> Iterator[Box | Text]:
        """Draw one face with its upper left corner at a place [mm]."""
        face, tag = self.cube * MM, self.size * MM
        yield from (
            Box(x, y - PEN / 2.0, face, PEN, CUT_BRIGHTNESS),
            Box(x, y + face - PEN / 2.0, face, PEN, CUT_BRIGHTNESS),
            Box(x - PEN / 2.0, y, PEN, face, CUT_BRIGHTNESS),
            Box(x + face - PEN / 2.0, y, PEN, face, CUT_BRIGHTNESS),
        )
        border = (face - tag) / 2.0
        yield Box(x + border, y + border, tag, tag)
        cells = self.dictionary.markerSize + 2
        cell = tag / cells
        places, colours = print_cells(self.dictionary, self.ids[k])
        for (right, up), colour in zip(places.tolist(), colours.tolist(), strict=True):
            inside = max(abs(right), abs(up)) < 0.5
            if inside and colour == WHITE_CELL:
                left, upper = x + face / 2.0 + right * tag, y + face / 2.0 - up * tag
                yield Box(left - cell / 2.0, upper - cell / 2.0, cell, cell, WHITE)
        yield Text(x, y + face + 1.5 * LETTERS, LETTERS, self.label(k))

    def label(self, k: int) -> str:
        """Return what stands below the k-th tag: its id, and, when there are six, its face and where its top points."""
        if len(self.ids) != len(CUBE_FACES):
            return f"id {self.ids[k]}"
        right, up = CUBE_FACES[k]
        out = (
            right[1] * up[2] - right[2] * up[1],
            right[2] * up[0] - right[0] * up[2],
            right[0] * up[1] - right[1] * up[0],
        )
        return f"id {self.ids[k]}: face {_axis(out)}, top to {_axis(up)}"


def _axis(direction: tuple[float, float, float]) -> str:
    return next(f"{'+' if value > 0.0 else '-'}{AXES[k]}" for k, value in enumerate(direction) if value)
