# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The driver's launch file with real processes, on an emulated controller that it starts itself."""

from __future__ import annotations

import shutil

import pytest
from rher_interfaces.msg import ArmState

pytestmark = pytest.mark.graph


@pytest.fixture
def launch(start, tmp_path, monkeypatch):
    """Launch with arguments; logs go to a temporary folder."""
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    command = shutil.which("ros2")
    assert command is not None
    return lambda *arguments: start(command, "launch", "rher_agent", "driver.launch.py", *arguments)


def test_an_emulated_arm_can_be_tried_without_any_setting(launch, ros, tmp_path):
    from tests.wire.driver_client import DriverClient

    parameters = tmp_path / "driver.yaml"
    parameters.write_text("driver:\n  ros__parameters:\n    safety:\n      max_perception_age: 0.0\n")
    process = launch("emulated:=true", "servo_rate:=125", f"params_file:={parameters}")
    process.read_until("arm: disabled")
    client = DriverClient()
    client.fresh_state()
    answer = client.call("enable")
    assert answer.success, answer.message
    client.next_state(lambda state: state.safety == ArmState.NORMAL)
    assert not client.run(1, [(0.0, 0.05, 0.0)] * 3)[-1].stopped
    client.close()
    code, output = process.interrupt()
    assert code == 0, output
    assert "Traceback" not in output
    assert "driver_node-1]: process has finished cleanly" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "robot_ip is empty; allowed: the address of the controller, or emulated:=true"),
        (["robot_ipp:=1.2.3.4"], "robot_ipp"),
        (["servo_rate:=400"], "400"),
        (["params_file:=/nowhere.yaml"], "params_file is '/nowhere.yaml'; allowed: the path of a YAML file"),
    ],
)
def test_wrong_argument_is_refused(launch, arguments, message):
    code, output = launch(*arguments).finish()
    assert code == 1
    assert message in output
    assert "Traceback" not in output
    assert "process started" not in output


def test_no_robot_is_driven_where_an_emulated_one_is_asked_for(launch, tmp_path):
    parameters = tmp_path / "driver.yaml"
    parameters.write_text("driver:\n  ros__parameters:\n    robot_ip: 127.0.0.77\n")
    code, output = launch("emulated:=true", f"params_file:={parameters}").finish()
    assert code == 1
    assert "params_file names robot_ip; allowed: none with emulated:=true" in output
    assert "process started" not in output


def test_a_driver_that_refuses_its_parameters_ends_the_launch(launch, tmp_path):
    parameters = tmp_path / "driver.yaml"
    parameters.write_text("driver:\n  ros__parameters:\n    robot_ip: 127.0.0.77\n    payload: -1.0\n")
    code, output = launch(f"params_file:={parameters}").finish()
    assert code == 1, output
    assert "driver_node: payload is -1.0; allowed: 0.0 to 20.0" in output
