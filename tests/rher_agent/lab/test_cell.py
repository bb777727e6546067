# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which arm and which camera a launch is for."""

from __future__ import annotations

import pytest
from rher_agent.lab.cell import AS_IN_LAB, EMULATED, NONE, REALSENSE, choose_cell
from rher_agent.lab.reader import LabError, read_lab


@pytest.fixture
def file(tmp_path):
    """A lab whose calibration is there."""
    (tmp_path / "cam.yaml").write_text("")
    (tmp_path / "lab.yaml").write_text("robot:\n  ip: 10.0.0.7\n  model: ur10e\ncamera:\n  calibration: cam.yaml\n")
    return read_lab(tmp_path / "lab.yaml")


def test_the_lab_says_which_arm_unless_an_argument_does(file):
    robot = choose_cell(file, AS_IN_LAB, AS_IN_LAB, REALSENSE).lab.robot
    assert (robot.ip, robot.model) == ("10.0.0.7", "ur10e")
    robot = choose_cell(file, "10.0.0.8", "ur5e", NONE).lab.robot
    assert (robot.ip, robot.model) == ("10.0.0.8", "ur5e")


def test_a_rehearsal_starts_a_controller_or_takes_one_that_runs(file):
    cell = choose_cell(file, "127.0.0.1", AS_IN_LAB, EMULATED)
    assert cell.starts_controller
    assert cell.at("127.5.5.5").lab.robot.ip == "127.5.5.5"
    assert not choose_cell(file, "127.0.0.2", AS_IN_LAB, EMULATED).starts_controller
    assert not choose_cell(file, AS_IN_LAB, AS_IN_LAB, REALSENSE).starts_controller


@pytest.mark.parametrize(
    ("robot_ip", "camera", "message"),
    [
        ("127.0.0.1", REALSENSE, "robot_ip is '127.0.0.1' with camera:=realsense; allowed: that of a robot, or "),
        ("127.0.0.2", NONE, "robot_ip is '127.0.0.2' with camera:=none; allowed: that of a robot, or "),
        ("10.0.0.7", EMULATED, "robot_ip is '10.0.0.7' with camera:=emulated; allowed: an address of 127.0.0.0/8"),
        (AS_IN_LAB, EMULATED, "robot_ip is '10.0.0.7' with camera:=emulated; allowed: an address of 127.0.0.0/8"),
        ("", REALSENSE, "ip is empty; allowed: the address of the controller"),
    ],
)
def test_no_robot_moves_by_emulated_pictures_and_no_emulated_arm_by_real_ones(file, robot_ip, camera, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        choose_cell(file, robot_ip, AS_IN_LAB, camera)


@pytest.mark.parametrize("camera", [REALSENSE, NONE])
def test_a_real_camera_needs_its_calibration(file, camera):
    file.calibration.unlink()
    with pytest.raises(LabError, match=r"lab.yaml, line 5: camera.calibration is '.*/cam.yaml', which does not exist"):
        choose_cell(file, AS_IN_LAB, AS_IN_LAB, camera)
    assert choose_cell(file, "127.0.0.1", AS_IN_LAB, EMULATED).camera == EMULATED
