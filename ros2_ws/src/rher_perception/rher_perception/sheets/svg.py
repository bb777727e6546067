# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A page as SVG, in real millimetres."""

from __future__ import annotations

from xml.sax.saxutils import escape

from rher_perception.sheets.page import Box, Page

WHITE_LEVEL = 255
"""Of a channel."""


def svg(page: Page) -> bytes:
    """Return a page as the content of a file; its unit is the millimetre."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{page.width:g}mm" height="{page.height:g}mm" '
        f'viewBox="0 0 {page.width:g} {page.height:g}" shape-rendering="crispEdges">',
        f'<rect width="{page.width:g}" height="{page.height:g}" fill="#ffffff"/>',
    ]
    for mark in page.marks:
        if isinstance(mark, Box):
            level = f"{round(WHITE_LEVEL * mark.brightness):02x}"
            lines.append(
                f'<rect x="{mark.x:.4f}" y="{mark.y:.4f}" width="{mark.width:.4f}" height="{mark.height:.4f}" '
                f'fill="#{level * 3}"/>'
            )
        else:
            lines.append(
                f'<text x="{mark.x:.4f}" y="{mark.y:.4f}" font-family="Helvetica, Arial, sans-serif" '
                f'font-size="{mark.size:g}">{escape(mark.words)}</text>'
            )
    return "\n".join([*lines, "</svg>", ""]).encode()
