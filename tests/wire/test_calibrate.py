# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The command `calibrate` on a whole cell: driver node, emulated controller, a camera that sees the plate on its tool.

The driver has the parameters that are shipped for a calibration.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from rher_agent.tasks.push import PushTask
from rher_interfaces.msg import ArmState
from rher_perception.calibration.record import CalibrationRecord
from rher_perception.geometry import Pose, rotation_angle
from rher_sim_bridge.emulated_cell import EmulatedCell
from rher_sim_bridge.scene.camera import optical_pose
from rher_sim_bridge.ur_controller.options import ControllerOptions

from tests.conftest import SOURCE

pytestmark = pytest.mark.graph

CONFIG = SOURCE / "rher_agent" / "config" / "calibration.yaml"
POSES = 12
SERIAL = "D435-0815"
IN_A_HURRY = {
    "servo_rate": "125",
    "safety.max_linear_speed": "0.25",
    "safety.max_angular_speed": "1.0",
    "heartbeat_timeout": "2.0",
    "watchdog_rate": "2.0",
    "data_timeout": "0.2",
}
"""What differs from the file that is shipped: a test has less time, and a busy machine for it."""
AT_REST = 0.001
"""Speed that counts as none [m/s]."""


def parameters_of(file: Path) -> dict[str, str]:
    """Return the driver's parameters of a file, as names with dots."""
    found: dict[str, str] = {}
    pending = [("", yaml.safe_load(file.read_text())["driver"]["ros__parameters"])]
    while pending:
        prefix, branch = pending.pop()
        for name, value in branch.items():
            if isinstance(value, dict):
                pending.append((f"{prefix}{name}.", value))
            else:
                found[f"{prefix}{name}"] = str(value)
    return found


@pytest.fixture
def cell(domain, tmp_path):
    with EmulatedCell(tmp_path, ControllerOptions(rate=125), {**parameters_of(CONFIG), **IN_A_HURRY}) as cell:
        yield cell


@pytest.fixture
def client(ros, cell, start):
    """A person at the arm, which is enabled at its start pose, while a camera looks on."""
    from tests.wire.driver_client import DriverClient

    client = DriverClient()
    client.fresh_state()
    for word in ("enable", "reset"):
        answer = client.call(word)
        assert answer.success, answer.message
        client.next_state(lambda state: state.safety == ArmState.NORMAL)
    words = [f"controller:={cell.controller.address}", "plate:=true", "fps:=6", "depth:=false", f"serial:={SERIAL}"]
    start(*node("rher_sim_bridge.sim_camera_node", words)).read_until(SERIAL)
    yield client
    client.close()


def node(module: str, words: list[str]) -> list[str]:
    return [sys.executable, "-m", module, "--ros-args", *(part for word in words for part in ("-p", word))]


@pytest.fixture
def calibrate(cell, start, tmp_path):
    """Start the command with parameters; it writes camera.yaml."""
    words = [f"output:={tmp_path / 'camera.yaml'}", f"poses:={POSES}", "collection.pictures:=2"]
    words += ["motion.speed:=0.2", "motion.turn_speed:=1.0"]
    return lambda *more: start(*node("rher_perception.calibrate_node", [*words, *more]))


def assert_given_back(client) -> None:
    """The arm rests, and is the policy's."""
    state = client.fresh_state()
    speed = state.tcp_twist.linear
    assert np.linalg.norm([speed.x, speed.y, speed.z]) < AT_REST
    assert client.call("hand_over/policy").message == "'policy' holds the arm already"


def test_an_absent_target_is_refused_before_the_arm_moves_and_one_that_is_there_finds_the_camera(
    calibrate, cell, client, tmp_path
):
    before = len(cell.log().clock_ns)
    code, output = calibrate("target.first_tag:=40", "motion.patience:=1.0").finish()
    assert code == 3, output
    assert "the target is not seen from where the arm stands: no tag is visible" in output
    assert not (tmp_path / "camera.yaml").exists()
    assert cell.log().tcp_speed[before:].max() < AT_REST
    assert_given_back(client)

    code, output = calibrate().finish()
    assert code == 0, output
    record = CalibrationRecord.load(tmp_path / "camera.yaml")
    position, quaternion = optical_pose(PushTask().parameters.center)
    truth = Pose.from_quaternion(quaternion, position)
    assert np.linalg.norm(record.transform.translation - truth.translation) < 0.004
    assert rotation_angle(record.transform.rotation.T @ truth.rotation) < 0.01
    assert (record.robot, record.camera_serial, record.parent_frame) == ("ur5e", SERIAL, "base_link")
    assert record.child_frame == "camera_color_optical_frame"
    assert record.poses_used + record.poses_left_out >= POSES
    assert f"{POSES}/{POSES} poses" in output
    assert "<- taken" in output
    assert "WARNING" not in output
    assert cell.log().tcp_speed[before:].max() > 0.05
    assert_given_back(client)


def test_a_person_ends_it_by_ctrl_c_or_by_stopping_the_arm(calibrate, cell, client, tmp_path):
    process = calibrate()
    process.read_until("2/12 poses")
    code, output = process.interrupt()
    assert code == 130, output
    assert "nothing is written" in output
    assert_given_back(client)

    process = calibrate()
    process.read_until("'policy' handed the arm over to 'calibration'")
    assert client.call("stop").success
    code, output = process.finish()
    assert code == 1, output
    assert "stopped by a person" in output
    assert "'calibration' handed the arm over to 'policy'" in output
    assert not (tmp_path / "camera.yaml").exists()
