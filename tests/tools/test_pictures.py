# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Beside every picture of README and docs stands the command that makes it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
ROW = re.compile(r"^\| \[(\S+\.png)\]\(\1\) \| (.+) \|$", re.MULTILINE)
COMMANDS = re.compile(r"make (pictures|sim)|python (tools/\w+\.py)|ros2 run rher_agent (\w+)")


def test_every_picture_has_its_command():
    rows = dict(ROW.findall((IMAGES / "README.md").read_text()))
    assert sorted(rows) == sorted(path.name for path in IMAGES.glob("*.png"))
    makefile, setup = (ROOT / "Makefile").read_text(), (ROOT / "ros2_ws/src/rher_agent/setup.py").read_text()
    for picture, command in rows.items():
        found = COMMANDS.findall(command)
        assert found, picture
        for target, script, program in found:
            assert not target or f"\n{target}: setup" in makefile
            assert not script or (ROOT / script).is_file()
            assert not program or f'"{program} = ' in setup


def test_what_make_pictures_is_said_to_draw_it_draws():
    rows = dict(ROW.findall((IMAGES / "README.md").read_text()))
    tool = (ROOT / "tools" / "pictures.py").read_text()
    drawn = {name for name, command in rows.items() if command.startswith("`make pictures`")}
    assert drawn == set(re.findall(r'"(\w+\.png)"', tool))
