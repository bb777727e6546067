# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The driver on any controller: the one at $ROBOT_IP, a robot or URSim, or an emulated one where none is named.

$ROBOT_PARAMETERS holds parameters of the driver node for that robot, as in "robot_model:=ur10e tcp_offset:=0.15".
"""

from __future__ import annotations

import importlib.util
import os
import sys

import pytest

collect_ignore_glob = (
    [] if importlib.util.find_spec("rclpy") and importlib.util.find_spec("rtde_control") else ["test_*.py"]
)


@pytest.fixture
def robot_words():
    """Parameters that lead the driver node to the robot."""
    if address := os.environ.get("ROBOT_IP"):
        yield [f"robot_ip:={address}", *os.environ.get("ROBOT_PARAMETERS", "").split()]
        return
    from rher_sim_bridge.ur_controller.options import ControllerOptions
    from rher_sim_bridge.ur_controller.process import ControllerProcess

    options = ControllerOptions()
    with ControllerProcess(options) as controller:
        yield [f"robot_ip:={controller.address}", f"tcp_offset:={options.tcp_offset}", f"payload:={options.payload}"]


@pytest.fixture
def driver(start, robot_words):
    """The driver node, on the robot."""
    words = [word for item in ("safety.max_perception_age:=0.0", *robot_words) for word in ("-p", item)]
    return start(sys.executable, "-m", "rher_robot_driver.driver_node", "--ros-args", *words)


@pytest.fixture
def client(ros, driver):
    """Who commands the arm."""
    from tests.wire.driver_client import DriverClient

    client = DriverClient()
    yield client
    client.close()
