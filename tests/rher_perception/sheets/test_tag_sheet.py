# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Sheets of tags: the size in each kind of file, and our own detector on what comes out of it."""

from __future__ import annotations

import re
import struct
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from rher_perception.camera_model import CameraModel
from rher_perception.objects.layout import cube_layout
from rher_perception.sheets.page import Box, Page, Text
from rher_perception.sheets.pdf import pdf
from rher_perception.sheets.png import png, raster
from rher_perception.sheets.svg import svg
from rher_perception.sheets.tag_sheet import PAPERS, RULER, TagSheet
from rher_perception.tags.detector import TagDetector

SHEET = TagSheet((0, 1, 2, 3, 4, 5), 0.04, 0.05)
DOTS = 6
"""[1/mm]"""
SHORTEST_LINE = 1.0
"""A box that is wider in both directions is no line [mm]."""
AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}


def detect(picture: np.ndarray):
    height, width = picture.shape
    camera = CameraModel(width, height, np.array([[width, 0.0, width / 2.0], [0.0, width, height / 2.0], [0, 0, 1]]))
    return {tag.id: tag for tag in TagDetector(camera).detect(picture).tags}


def boxes_of_svg(content: bytes) -> Page:
    """Return what a file shows, read as any other program would."""
    root = ElementTree.fromstring(content)
    marks: list[Box | Text] = []
    for item in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, width, height = (float(item.get(name, "0")) for name in ("x", "y", "width", "height"))
        marks.append(Box(x, y, width, height, int(item.get("fill", "")[1:3], 16) / 255.0))
    _, _, width, height = (float(part) for part in root.get("viewBox", "").split())
    assert (root.get("width"), root.get("height")) == (f"{width:g}mm", f"{height:g}mm")
    return Page(width, height, tuple(marks))


def boxes_of_pdf(content: bytes) -> Page:
    text = content.decode("ascii")
    scale = re.search(r"^([\d.]+) 0 0 ([\d.]+) 0 0 cm$", text, re.MULTILINE)
    box = re.search(r"MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", text)
    assert scale is not None and box is not None
    assert scale.group(1) == scale.group(2)
    # A unit of PDF is a 72nd of an inch.
    millimetre = float(scale.group(1)) * 25.4 / 72.0
    width, height = (float(part) * 25.4 / 72.0 for part in box.groups())
    marks: list[Box | Text] = []
    for found in re.finditer(r"^([\d.]+) g ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f$", text, re.MULTILINE):
        grey, x, low, wide, high = (float(part) for part in found.groups())
        x, low, wide, high = (value * millimetre for value in (x, low, wide, high))
        marks.append(Box(x, height - low - high, wide, high, grey))
    return Page(width, height, tuple(marks))


@pytest.mark.parametrize(("write", "read"), [(svg, boxes_of_svg), (pdf, boxes_of_pdf)])
def test_the_file_shows_the_tags_at_their_true_size(write, read):
    (page,) = SHEET.pages()
    shown = read(write(page) if write is svg else write([page]))
    assert (shown.width, shown.height) == pytest.approx(PAPERS["a4"], abs=1e-3)
    black = [mark for mark in shown.marks if isinstance(mark, Box) and mark.brightness == 0.0]
    squares = [mark for mark in black if min(mark.width, mark.height) > SHORTEST_LINE]
    assert len(squares) == 6
    assert all((mark.width, mark.height) == pytest.approx((40.0, 40.0), abs=1e-3) for mark in squares)
    assert sum(mark.width == pytest.approx(RULER, abs=1e-3) for mark in black) == 1
    picture = raster(shown, DOTS)
    tags = detect(picture)
    assert sorted(tags) == [0, 1, 2, 3, 4, 5]
    for tag in tags.values():
        sides = np.linalg.norm(np.diff(tag.corners, axis=0, append=tag.corners[:1]), axis=1)
        np.testing.assert_allclose(sides, 40.0 * DOTS, atol=0.3)
        # As printed: the first corner is the upper left one.
        assert (tag.corners[0] < tag.corners[2]).all()


def test_a_picture_tells_its_resolution_and_shows_the_same():
    (page,) = TagSheet((7, 586), 0.024, 0.03).pages()
    content = png(page, DOTS)
    place = content.index(b"pHYs")
    assert struct.unpack(">IIB", content[place + 4 : place + 13]) == (6000, 6000, 1)
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    np.testing.assert_array_equal(picture, raster(page, DOTS))
    assert sorted(detect(np.asarray(picture, np.uint8))) == [7, 586]


def test_pdf_finds_its_objects_where_its_table_says():
    content = pdf(TagSheet(SHEET.ids, 0.08, 0.1).pages())
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    entries = content[start:].split(b"\n")[3:]
    places = [int(entry[:10]) for entry in entries if entry.endswith(b" n ")]
    assert len(places) == 3 + 2 * 3
    assert all(content[place:].startswith(f"{number} 0 obj\n".encode()) for number, place in enumerate(places, 1))
    for found in re.finditer(rb"<< /Length (\d+) >>\nstream\n(.*?)\nendstream", content, re.DOTALL):
        assert int(found.group(1)) == len(found.group(2))


def test_letters_with_a_meaning_are_escaped():
    page = Page(100.0, 50.0, (Text(1.0, 2.0, 3.0, "(a\\b) <&>"),))
    assert rb"(\(a\\b\) <&>) Tj" in pdf([page])
    root = ElementTree.fromstring(svg(page))
    assert [item.text for item in root.iter("{http://www.w3.org/2000/svg}text")] == ["(a\\b) <&>"]


def test_labels_tell_the_faces_of_the_layout():
    for k, tag in enumerate(cube_layout("cube", SHEET.cube, SHEET.size, 0).tags):
        found = re.fullmatch(rf"id {k}: face ([+-])([xyz]), top to ([+-])([xyz])", SHEET.label(k))
        assert found is not None
        signs = {"+": 1.0, "-": -1.0}
        out = signs[found.group(1)] * np.array(AXES[found.group(2)])
        up = signs[found.group(3)] * np.array(AXES[found.group(4)])
        np.testing.assert_allclose(tag.object_from_tag.rotation[:, 2], out, atol=1e-12)
        np.testing.assert_allclose(tag.object_from_tag.rotation[:, 1], up, atol=1e-12)
    assert TagSheet((4, 9), 0.04, 0.05).label(1) == "id 9"


def test_faces_stay_on_the_paper_and_apart():
    for cube in (0.03, 0.05, 0.1):
        for page in TagSheet(tuple(range(30)), 0.75 * cube, cube).pages():
            faces = [
                mark
                for mark in page.marks
                if isinstance(mark, Box) and mark.width == mark.height == pytest.approx(750.0 * cube)
            ]
            assert faces
            for mark in page.marks:
                assert 0.0 < mark.x < page.width and 0.0 < mark.y < page.height
                if isinstance(mark, Box):
                    assert mark.x + mark.width < page.width and mark.y + mark.height < page.height
            places = {(round(mark.x, 3), round(mark.y, 3)) for mark in faces}
            assert len(places) == len(faces)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"ids": ()}, r"ids is \[\]; allowed: one or more of 0 to 586, each once"),
        ({"ids": (587,)}, r"ids is \[587\]; allowed"),
        ({"ids": (1, 1)}, r"ids is \[1, 1\]; allowed"),
        ({"size": 0.05}, r"size is 0.05 m; allowed: more than 0, less than the cube's edge, 0.05 m"),
        ({"size": 0.041}, r"size is 0.041 m on a cube of 0.05 m; allowed: at most 0.0400 m"),
        ({"cube": 0.3}, r"cube is 0.3 m; allowed: what fits on a4"),
        ({"paper": "a0"}, r"paper is 'a0'; allowed: a4, letter"),
        ({"family": "25h9"}, r"family is '25h9'; allowed: 36h11"),
    ],
)
def test_what_cannot_be_printed_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        TagSheet(**{"ids": (0,), "size": 0.04, "cube": 0.05, **changed})


@pytest.fixture
def command(tmp_path):
    pytest.importorskip("rclpy")
    from rher_perception.tag_sheet import main

    return main


def test_the_command_writes_each_kind_and_says_what(command, tmp_path, capsys):
    for end, begin in ((".pdf", b"%PDF"), (".svg", b"<svg"), (".png", b"\x89PNG")):
        path = tmp_path / f"tags{end}"
        command(["--output", str(path)])
        assert path.read_bytes().startswith(begin)
        assert capsys.readouterr().out == f"{path}: 6 tags of 40 mm on 1 page, print at 100 %\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "tags.doc"], r"tag_sheet: output ends in '.doc'; allowed: .pdf, .svg, .png"),
        (["--cube", "0.1", "--output", "tags.svg"], r"holds one page of 3; allowed: .pdf"),
        (["--size", "0.05"], r"tag_sheet: size is 0.05 m; allowed"),
        (["--output", "/nowhere/tags.pdf"], r"tag_sheet: output is '/nowhere/tags.pdf', which cannot be written"),
    ],
)
def test_the_command_refuses_in_one_line(command, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=message):
        command(arguments)
    assert not list(tmp_path.iterdir())
