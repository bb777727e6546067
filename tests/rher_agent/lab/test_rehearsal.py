# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What of a lab is rehearsed on the emulated cell."""

from __future__ import annotations

import pytest
from rher_agent.lab.reader import LabError, read_lab
from rher_agent.lab.rehearsal import FIXED, GREATEST_FPS, is_emulated, rehearsed
from rher_agent.lab.settings import Lab


@pytest.fixture
def read(tmp_path):
    def read_text(text: str):
        (tmp_path / "lab.yaml").write_text(text)
        return read_lab(tmp_path / "lab.yaml")

    return read_text


@pytest.mark.parametrize(
    ("address", "emulated"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost", True),
        ("192.168.0.10", False),
        ("ur", False),
    ],
)
def test_an_address_of_this_computer_is_of_no_robot(address, emulated):
    assert is_emulated(address) == emulated


def test_the_camera_is_slowed_and_has_no_serial_number(read):
    lab = rehearsed(read("camera: {serial: 0815, fps: 30}\nworkspace: {center: [0.48, 0.02]}"))
    assert (lab.camera.serial, lab.camera.fps) == ("", GREATEST_FPS)
    assert lab.workspace.center == (0.48, 0.02)
    assert rehearsed(read("camera: {fps: 10}")).camera.fps == 10


def test_what_the_emulated_cell_is_not_is_refused_with_its_line(read):
    with pytest.raises(LabError, match=r"lab.yaml, line 3: objects.cube.size is 0.06; allowed with .*: 0.05, which"):
        rehearsed(read("objects:\n  cube:\n    size: 0.06\n"))
    with pytest.raises(LabError, match=r"line 1: table.height is -0.01; allowed with camera:=emulated: 0.0"):
        rehearsed(read("table: {height: -0.01}"))


def test_what_is_fixed_exists():
    for key in FIXED:
        section, _, name = key.rpartition(".")
        value = Lab()
        for part in section.split("."):
            value = getattr(value, part)
        assert hasattr(value, name)
