# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Write the tags of a cube as a sheet to print: `ros2 run rher_perception tag_sheet --output tags.pdf`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rher_perception.objects.layout import CUBE_FACES
from rher_perception.ros.parameters import CubeObject
from rher_perception.sheets.page import Page
from rher_perception.sheets.pdf import pdf
from rher_perception.sheets.png import png
from rher_perception.sheets.svg import svg
from rher_perception.sheets.tag_sheet import PAPERS, TagSheet
from rher_perception.tags.parameters import FAMILIES, DetectionParameters

PDF = ".pdf"
ONE_PAGE = {".svg": svg, ".png": png}
"""What writes one page, by the end of the file's name."""


def content_of(pages: tuple[Page, ...], suffix: str) -> bytes:
    """Return the content of a file of a kind.

    Raises:
        ValueError: The kind is unknown, or holds one page only and there are more.
    """
    if suffix == PDF:
        return pdf(pages)
    if suffix not in ONE_PAGE:
        raise ValueError(f"output ends in '{suffix}'; allowed: {', '.join((PDF, *ONE_PAGE))}")
    if len(pages) > 1:
        raise ValueError(f"output ends in '{suffix}', which holds one page of {len(pages)}; allowed: {PDF}")
    return ONE_PAGE[suffix](pages[0])


def main(args: list[str] | None = None) -> None:
    """Write the sheet; what is not allowed ends it with one line and exit code 1."""
    cube = CubeObject()
    parser = argparse.ArgumentParser(prog="tag_sheet", description=__doc__)
    parser.add_argument("--size", type=float, default=cube.tag_size, help="side of the black squares [m] (%(default)s)")
    parser.add_argument("--cube", type=float, default=cube.size, help="edge of the cube [m] (%(default)s)")
    ids = [cube.first_tag + k for k in range(len(CUBE_FACES))]
    parser.add_argument("--ids", type=int, nargs="+", default=ids, help="of the tags, +z first (%(default)s)")
    family = DetectionParameters().family
    parser.add_argument("--family", default=family, choices=list(FAMILIES), help="of the tags (%(default)s)")
    parser.add_argument("--paper", default="a4", choices=list(PAPERS), help="to print on (%(default)s)")
    parser.add_argument("--output", type=Path, default=Path("tags.pdf"), help=".pdf, .svg or .png (%(default)s)")
    options = parser.parse_args(args)
    try:
        sheet = TagSheet(tuple(options.ids), options.size, options.cube, options.family, options.paper)
        pages = sheet.pages()
        options.output.write_bytes(content_of(pages, options.output.suffix.lower()))
    except ValueError as error:
        sys.exit(f"tag_sheet: {error}")
    except OSError as error:
        sys.exit(f"tag_sheet: output is '{options.output}', which cannot be written: {error.strerror}")
    count = f"{len(pages)} page" + ("s" if len(pages) > 1 else "")
    sys.stdout.write(
        f"{options.output}: {len(sheet.ids)} tags of {1000.0 * sheet.size:g} mm on {count}, print at 100 %\n"
    )


if __name__ == "__main__":
    main()
