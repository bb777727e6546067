# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pages as PDF (ISO 32000-1), in real millimetres: rectangles and one of the fonts that every reader has."""

from __future__ import annotations

from collections.abc import Sequence

from rher_perception.sheets.page import Box, Page, Text

POINT = 25.4 / 72.0
"""The unit of PDF [mm]."""
CATALOGUE, TREE, FONT, FIRST_PAGE = 1, 2, 3, 4
"""Numbers of the file's objects; each page has two, itself and its content."""


def pdf(pages: Sequence[Page]) -> bytes:
    """Return pages as the content of a file; all lengths in it are millimetres, scaled once for each page."""
    kids = " ".join(f"{FIRST_PAGE + 2 * k} 0 R" for k in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages {TREE} 0 R /ViewerPreferences << /PrintScaling /None >> >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for k, page in enumerate(pages):
        size = f"{page.width / POINT:.4f} {page.height / POINT:.4f}"
        objects.append(
            f"<< /Type /Page /Parent {TREE} 0 R /MediaBox [0 0 {size}] "
            f"/Resources << /Font << /F {FONT} 0 R >> >> /Contents {FIRST_PAGE + 2 * k + 1} 0 R >>"
        )
        content = _content(page)
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    return _file(objects)


def _content(page: Page) -> str:
    """Return the operators that draw a page. Its y points up, so that every y is turned here."""
    lines = [f"{1.0 / POINT:.8f} 0 0 {1.0 / POINT:.8f} 0 0 cm"]
    for mark in page.marks:
        if isinstance(mark, Box):
            low = page.height - mark.y - mark.height
            lines.append(f"{mark.brightness:g} g {mark.x:.4f} {low:.4f} {mark.width:.4f} {mark.height:.4f} re f")
        else:
            lines.append(_text(page, mark))
    return "\n".join(lines)


def _text(page: Page, text: Text) -> str:
    words = "".join(f"\\{letter}" if letter in "()\\" else letter for letter in text.words)
    return f"0 g BT /F {text.size:g} Tf {text.x:.4f} {page.height - text.y:.4f} Td ({words}) Tj ET"


def _file(objects: Sequence[str]) -> bytes:
    """Join objects, number 1 first, with the table of their places and the trailer."""
    content = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    entries = "".join(f"{place:010d} 00000 n \n" for place in places)
    table = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{entries}"
        f"trailer\n<< /Size {len(objects) + 1} /Root {CATALOGUE} 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    )
    return content + table.encode("ascii")
