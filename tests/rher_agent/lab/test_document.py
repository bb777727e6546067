# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""docs/real-robot.md is true where that can be told without an arm: messages, keys, words and launch arguments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from rher_agent.lab.cell import AS_IN_LAB, REALSENSE, choose_cell
from rher_agent.lab.reader import LabError, read_lab

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "real-robot.md").read_text()
EXAMPLE = ROOT / "ros2_ws" / "src" / "rher_agent" / "config" / "lab.example.yaml"


def refused(text: str, folder: Path) -> str:
    """Return how a lab's text is refused, with the folder left out as in the document."""
    path = folder / "lab.yaml"
    path.write_text(text)
    with pytest.raises(LabError) as error:
        choose_cell(read_lab(path), AS_IN_LAB, AS_IN_LAB, REALSENSE)
    return str(error.value).replace(str(folder), "…")


@pytest.mark.parametrize(
    "text",
    [
        "robot:\n  ip: 10.0.0.7\n  modle: ur5e\n",
        "robot:\n  ip: 10.0.0.7\n  model: ur5e\n" + "\n" * 7 + "workspace:\n  square: 2.0\n",
        EXAMPLE.read_text(),
    ],
)
def test_messages_are_as_shown(text, tmp_path):
    assert f"\n{refused(text, tmp_path)}\n" in TEXT


def test_keys_of_a_lab_exist():
    example = yaml.safe_load(EXAMPLE.read_text())
    found = re.findall(rf"`({'|'.join(example)}): (?:(\w+)(?::[^`]*)?)?`", TEXT)
    assert ("workspace", "park") in found
    for section, key in found:
        assert not key or key in example[section]


def test_words_and_launch_arguments_exist():
    pytest.importorskip("rclpy")
    pytest.importorskip("rtde_control")
    from rher_agent.session_command import WORDS
    from rher_robot_driver.arm_command import WORDS as ARM_WORDS

    assert set(re.findall(r"rher_agent session (\w+)", TEXT)) <= set(WORDS)
    assert set(re.findall(r"`(?:ros2 run rher_robot_driver )?arm (\w+)`", TEXT)) <= set(ARM_WORDS)
    launch = (ROOT / "launch" / "real_push.launch.py").read_text()
    declared = set(re.findall(r'DeclareLaunchArgument\(\s*"(\w+)"', launch))
    elsewhere = {"robot_model", "tcp_offset", "payload", "view"}  # of make test-robot; of what launch files share
    given = set(re.findall(r"(\w+):=", TEXT))
    assert {"lab", "scale", "mode", "checkpoint"} <= given
    assert given <= declared | elsewhere
