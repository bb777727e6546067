# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The Robotiq gripper against a server that speaks its dialogue over TCP."""

from __future__ import annotations

import importlib.util
import socket
import threading
from pathlib import Path

import pytest
from rher_robot_driver.gripper.gripper import GripperError
from rher_robot_driver.gripper.null_gripper import NullGripper
from rher_robot_driver.gripper.robotiq import RobotiqClient, RobotiqSettings
from rher_robot_driver.gripper.robotiq_gripper import RobotiqGripper

HANG = 10.0
FAST = RobotiqSettings(timeout=0.2)


@pytest.fixture
def make_server():
    spec = importlib.util.spec_from_file_location("robotiq_server", Path(__file__).with_name("robotiq_server.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    servers = []

    def make(**options):
        servers.append(module.RobotiqServer(**options))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def make_gripper():
    grippers = []

    def make(port):
        grippers.append(RobotiqGripper("127.0.0.1", FAST, port))
        return grippers[-1]

    yield make
    for gripper in grippers:
        gripper.close()


def wait_until(condition):
    """Look again and again; an event that never comes is a failure."""
    hang = threading.Event()
    guard = threading.Timer(HANG, hang.set)
    guard.start()
    while not condition():
        assert not hang.is_set(), "it never came true"
    guard.cancel()


@pytest.mark.parametrize(("opening", "position"), [(0.085, 0), (0.0, 255), (0.0425, 128), (1.0, 0), (-1.0, 255)])
def test_an_opening_becomes_a_position(make_server, opening, position):
    server = make_server()
    client = RobotiqClient("127.0.0.1", RobotiqSettings(speed=1.0, force=0.2), server.port)
    client.move(opening)
    assert server.commands == [f"SET POS {position} SPE 255 FOR 51 GTO 1"]
    assert client.opening() == pytest.approx(min(max(opening, 0.0), 0.085), abs=0.085 / 255)
    client.close()


def test_an_inactive_gripper_is_activated_with_the_arm_and_then_moves(make_server, make_gripper):
    server = make_server(status=0)
    gripper = make_gripper(server.port)
    wait_until(lambda: "not active" in gripper.state.fault)
    gripper.move(0.0)
    seen = len(server.commands)
    wait_until(lambda: len(server.commands) > seen + 2)
    assert not [command for command in server.commands if command.startswith("SET")]
    gripper.enable()
    wait_until(lambda: not gripper.state.fault)
    assert server.registers["ACT"] == 1
    gripper.move(0.0)
    wait_until(lambda: gripper.state.opening == 0.0)
    assert server.registers["POS"] == 255


def test_a_gripper_that_lost_its_power_waits_until_the_arm_is_enabled_again(make_server, make_gripper):
    server = make_server(status=0)
    gripper = make_gripper(server.port)
    for _ in range(2):
        wait_until(lambda: "not active" in gripper.state.fault)
        before = server.commands.count("SET ACT 1 GTO 1")
        gripper.enable()
        wait_until(lambda: not gripper.state.fault)
        assert server.commands.count("SET ACT 1 GTO 1") == before + 1
        server.registers["STA"] = 0


def test_nobody_at_the_address_is_named():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(GripperError, match=f"no gripper at 127.0.0.1:{port}"):
        RobotiqClient("127.0.0.1", FAST, port)


def test_a_silent_gripper_is_named(make_server):
    server = make_server()
    client = RobotiqClient("127.0.0.1", FAST, server.port)
    server.silent = True
    with pytest.raises(GripperError, match=f"the gripper at 127.0.0.1:{server.port} does not answer 'GET POS'"):
        client.opening()
    client.close()


def test_a_wrong_answer_is_told(make_server):
    server = make_server()
    client = RobotiqClient("127.0.0.1", FAST, server.port)
    server.garbled = True
    with pytest.raises(GripperError, match=r"answers 'what\?' to 'GET POS'"):
        client.opening()
    with pytest.raises(GripperError, match=r"answers 'what\?' to 'SET ACT 1 GTO 1'"):
        client.activate()
    client.close()


def test_a_lost_gripper_is_a_fault_and_comes_back_without_moving(make_server, make_gripper):
    server = make_server()
    gripper = make_gripper(server.port)
    wait_until(lambda: not gripper.state.fault)
    server.garbled = True
    wait_until(lambda: gripper.state.fault)
    gripper.move(0.0)
    server.garbled = False
    wait_until(lambda: not gripper.state.fault)
    assert not [command for command in server.commands if "POS 255" in command]


def test_settings_name_what_is_wrong():
    with pytest.raises(ValueError, match=r"stroke is -0\.1; allowed: 0\.01 to 0\.2"):
        RobotiqSettings(stroke=-0.1)


def test_the_null_gripper_stays_shut():
    gripper = NullGripper()
    gripper.move(0.05)
    assert gripper.state.opening == 0.0
    assert not gripper.state.fault
    gripper.close()


def test_a_dropped_connection_is_made_again(make_server, make_gripper):
    server = make_server()
    gripper = make_gripper(server.port)
    wait_until(lambda: not gripper.state.fault)
    server.drop()
    wait_until(lambda: gripper.state.fault)
    assert "has closed the connection" in gripper.state.fault
    wait_until(lambda: not gripper.state.fault)
