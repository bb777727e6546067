# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The file of a lab: read with its lines, and refused by file, line, key, value and what is allowed."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from rher_agent.lab.reader import LabError, read_lab
from rher_agent.lab.settings import CubeLab, Lab

EXAMPLE = Path(__file__).resolve().parents[3] / "ros2_ws" / "src" / "rher_agent" / "config" / "lab.example.yaml"


@pytest.fixture
def read(tmp_path):
    """Read a lab from a text."""

    def read_text(text: str):
        path = tmp_path / "lab.yaml"
        path.write_text(text)
        return read_lab(path)

    return read_text


def keys(settings: Any, prefix: str = "") -> set[str]:
    found = set()
    for item in fields(settings):
        value = getattr(settings, item.name)
        found |= {prefix + item.name} | (keys(value, f"{prefix}{item.name}.") if is_dataclass(value) else set())
    return found


def test_the_example_names_every_key_with_its_default():
    read = read_lab(EXAMPLE)
    assert read.lab == Lab()
    assert set(read.lines) == keys(Lab())


def test_what_is_left_out_has_its_default(read):
    assert read("").lab == Lab()
    assert read("# nothing\n").lab == Lab()
    lab = read("objects: {cube: {size: 0.06, first_tag: 6}}\nworkspace:\n  center: [0.45, -0.1]\n").lab
    assert lab.objects.cube == CubeLab(size=0.06, first_tag=6)
    assert lab.workspace.center == (0.45, -0.1)
    assert lab.robot == Lab().robot


def test_texts_are_taken_as_written_and_whole_numbers_pass_for_decimal_ones(read):
    lab = read("camera:\n  serial: 0123456\nrobot:\n  payload: 1\n  ip: robot.local\n").lab
    assert lab.camera.serial == "0123456"
    assert (lab.robot.payload, lab.robot.ip) == (1.0, "robot.local")
    assert isinstance(lab.robot.payload, float)
    assert read("camera:\n  serial:\n").lab.camera.serial == ""


def test_the_calibration_is_relative_to_the_file(read, tmp_path):
    assert read("camera: {calibration: mine/cam.yaml}").calibration == tmp_path / "mine" / "cam.yaml"
    assert read("camera: {calibration: /etc/cam.yaml}").calibration == Path("/etc/cam.yaml")


def test_a_later_error_names_the_line_of_its_key(read, tmp_path):
    file = read("camera:\n  fps: 15\n\n  calibration: gone.yaml\n")
    message = str(file.error("camera.calibration", "is gone.yaml; allowed: a file"))
    assert message == f"{tmp_path / 'lab.yaml'}, line 4: camera.calibration is gone.yaml; allowed: a file"
    assert "line" not in str(file.error("camera.serial", "is empty; allowed: a text"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("robot:\n  ipp: 10.0.0.1\n", 2, "unknown key robot.ipp, is robot.ip meant? allowed: ip, model, "),
        ("table: {}\nwrokspace: {}\n", 2, "unknown key wrokspace, is workspace meant? allowed: robot, table, "),
        ("objects:\n  cub:\n    size: 0.05\n", 2, "unknown key objects.cub, is objects.cube meant? allowed: cube"),
        ("[a]: 1\n", 1, "unknown key a list of 1, is "),
        ("robot:\n  ip: a\n\n  ip: b\n", 4, "robot.ip stands here again; allowed: once, as in line 2"),
        ("robot: 3\n", 1, "robot is '3'; allowed: the keys ip, model, "),
        ("- robot\n", 1, "the file is a list of 1; allowed: the keys robot, table, workspace, camera, objects"),
        ("table:\n  height: high\n", 2, "table.height is 'high'; allowed: a number"),
        ("table:\n  height: true\n", 2, "table.height is 'true'; allowed: a number"),
        ("table:\n  height:\n", 2, "table.height is empty; allowed: a number"),
        ("table:\n  height: .nan\n", 2, "table.height is nan; allowed: -1.0 to 1.0"),
        ("table:\n  height: [0]\n", 2, "table.height is a list of 1; allowed: a number"),
        ("camera:\n  fps: 12.5\n", 2, "camera.fps is '12.5'; allowed: a whole number"),
        ("camera:\n  fps: 12:99\n", 2, "camera.fps is '12:99'; allowed: a whole number"),
        ("camera:\n  serial: {a: b}\n", 2, "camera.serial is a mapping; allowed: a text"),
        ("robot:\n  model: ur7\n", 2, "robot.model is 'ur7'; allowed: ur3e, ur5e, ur10e, ur3, ur5, ur10"),
        ("robot:\n  servo_rate: 250\n", 2, "robot.servo_rate is 250; allowed: 125, 500"),
        ("robot:\n  ip: ''\n", 2, "robot.ip is empty; allowed: the address of the controller"),
        ("workspace:\n  # wide\n  square: 2.0\n", 3, "workspace.square is 2.0; allowed: 0.15 to 0.6"),
        ("workspace:\n  center: [0.5]\n", 2, "workspace.center is a list of 1; allowed: a list of 2 numbers"),
        ("workspace:\n  center: [0.5,\n    left]\n", 3, "workspace.center is 'left'; allowed: a number"),
        ("workspace:\n  center: [.inf, 0]\n", 2, "workspace.center is (inf, 0.0); allowed: finite numbers"),
        ("workspace:\n  home: [0.9, 0.0, 0.15]\n", 2, "workspace.home is (0.9, 0.0, 0.15); allowed: in the box of "),
        ("workspace:\n  home: [0.5, 0.0, 0.05]\n", 2, "workspace.home is (0.5, 0.0, 0.05); allowed: a height over "),
        (
            "table: {height: 0.1}\n",
            1,
            "workspace.home, left out, is (0.5, 0.0, 0.15); allowed: a height over the cube, 0",
        ),
        ("objects:\n  cube:\n    size: 0.1\n", 3, "objects.cube.size is 0.1 with robot.tool_radius 0.0125; allowed: "),
        ("robot:\n  tool_radius: 0.05\n", 1, "objects.cube.size, left out, is 0.05 with robot.tool_radius 0.05; a"),
        (
            "objects: {cube: {size: 0.03, tag_size: 0.02}}\n",
            1,
            "workspace.floor, left out, is 0.015; allowed: 0.0100 or",
        ),
        ("workspace:\n  floor: 0.022\n", 2, "workspace.floor is 0.022; allowed: 0.0200 or less, 0.005 m below the"),
        ("objects:\n  cube:\n    tag_size: 0.05\n", 3, "objects.cube.tag_size is 0.05; allowed: less than size, 0.05"),
        ("robot:\n  ip: [1\n", 3, "expected ',' or ']', but got '<stream end>'; allowed: YAML"),
        ("robot:\n\tip: 1\n", 2, "found character '\\t' that cannot start any token; allowed: YAML"),
        ("robot: !!python/object:os.system ls\n", 1, "robot is 'ls'; allowed: the keys ip, model, "),
    ],
)
def test_each_kind_of_mistake_is_told_with_its_line(read, tmp_path, text, line, message):
    with pytest.raises(LabError, match=f"^{re.escape(f'{tmp_path}/lab.yaml, line {line}: {message}')}"):
        read(text)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(LabError, match=r"lab is '.*/none.yaml': No such file .*; allowed: the path of a YAML file"):
        read_lab(tmp_path / "none.yaml")
    (tmp_path / "picture.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LabError, match=r"picture.yaml': it is no text; allowed"):
        read_lab(tmp_path / "picture.yaml")
    (tmp_path / "control.yaml").write_text("a: \x07")
    with pytest.raises(LabError, match=r"control.yaml: .*allowed: YAML"):
        read_lab(tmp_path / "control.yaml")
