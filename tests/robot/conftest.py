# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The driver on any controller: the one at --robot-ip, a robot or URSim, or an emulated one where none is named.

Options, not variables of the environment: no `make test` shall move a robot because a shell remembers its address.
--robot-lab names the file of its lab; --robot-parameters holds further parameters of the driver node, as in
"robot_model:=ur10e tcp_offset:=0.15".
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

collect_ignore_glob = (
    [] if importlib.util.find_spec("rher_interfaces") and importlib.util.find_spec("rtde_control") else ["test_*.py"]
)


def pytest_addoption(parser):
    group = parser.getgroup("robot", "a robot in place of the emulated one; only with tests/robot on the command line")
    group.addoption("--robot-ip", help="address of the controller")
    group.addoption("--robot-lab", default="", help="file of the lab it stands in: its table, box, arm and tool")
    group.addoption("--robot-parameters", default="", help="parameters of the driver node for it, as in 'a:=1 b:=2'")
    group.addoption("--robot-may-move", action="store_true", help="somebody watches the arm: run what moves it, too")


@pytest.fixture
def robot_words(request):
    """Parameters that lead the driver node to the robot."""
    option = request.config.getoption
    if address := option("--robot-ip", default=None):
        if request.node.get_closest_marker("moves") and not option("--robot-may-move"):
            pytest.skip("moves the arm; needs --robot-may-move")
        yield [*_lab_words(option("--robot-lab")), f"robot_ip:={address}", *option("--robot-parameters").split()]
        return
    from rher_sim_bridge.ur_controller.options import ControllerOptions
    from rher_sim_bridge.ur_controller.process import ControllerProcess

    options = ControllerOptions()
    with ControllerProcess(options) as controller:
        yield [f"robot_ip:={controller.address}", f"tcp_offset:={options.tcp_offset}", f"payload:={options.payload}"]


def _lab_words(path: str) -> list[str]:
    """Return the parameters of the driver in a lab; none without a file."""
    from rher_agent.lab.parameters import driver_parameters
    from rher_agent.lab.reader import read_lab

    given = driver_parameters(read_lab(Path(path)).lab) if path else {}
    return [f"{name}:={value}" for name, value in given.items() if name != "robot_ip"]


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
