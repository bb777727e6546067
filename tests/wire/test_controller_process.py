# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The emulator as a process: starting, ending, several at once, and what its end leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from rher_sim_bridge.ur_controller.faults import FaultClient
from rher_sim_bridge.ur_controller.motion_log import MotionLog
from rtde_receive import RTDEReceiveInterface

ADDRESS = f"127.250.{os.getpid() // 254 % 256}.{os.getpid() % 254 + 1}"
"""Of emulators that are started here by hand."""
COMMAND = (sys.executable, "-m", "rher_sim_bridge.ur_controller")


def run(*arguments, **settings):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        (*COMMAND, *arguments), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings
    )


def test_an_address_that_is_taken_is_told(controller):
    with run("--address", controller.address) as second:
        out, err = second.communicate()
    assert second.returncode == 1
    assert out == ""
    assert f"{controller.address}:30004 cannot be served" in err
    assert controller.faults.state()["time"] > 0.0


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--rate", "400"), 2, "125, 500"),
        (("--arm", "ur7"), 2, "ur5e"),
        (("--dh-error", "1"), 1, "dh_error is 1.0; allowed"),
        (("--address", "203.0.113.1"), 1, "203.0.113.1:30004 cannot be served"),
        (("--log", "/nowhere/motion.log"), 1, "/nowhere/motion.log"),
    ],
)
def test_wrong_options_are_told(arguments, status, message):
    options = ("--address", ADDRESS, *arguments)
    with run(*options) as process:
        _, err = process.communicate()
    assert process.returncode == status
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(controller, number):
    controller.process.send_signal(number)
    assert controller.process.wait() == 0
    assert "Traceback" not in controller.messages


def test_it_ends_with_its_parent(controller):
    controller.process.stdin.close()
    assert controller.process.wait() == 0


def test_without_being_told_it_outlives_its_standard_input():
    with run("--address", ADDRESS, stdin=subprocess.DEVNULL) as process:
        assert process.stdout.readline().startswith("ready")
        with FaultClient(ADDRESS) as faults:
            faults.wait(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0


def test_kill_leaves_a_whole_log(controller):
    controller.faults.wait(0.3)
    state = controller.faults.state()
    controller.kill()
    log = MotionLog.read(controller.log_path)
    assert log.time[-1] >= state["time"] - 1e-9
    assert (log.step[1:] - log.step[:-1] == 1).all()
    assert (log.clock_ns[1:] > log.clock_ns[:-1]).all()


def test_several_run_side_by_side(start_controller):
    first, second = start_controller(), start_controller(arm="ur10e")
    assert first.address != second.address
    first.faults.protective_stop()
    assert second.faults.state()["safety_mode"] == "NORMAL"
    receive = RTDEReceiveInterface(second.address, 125.0)
    second.faults.wait(0.05)
    assert receive.getActualQ() == pytest.approx(second.faults.state()["q"], abs=1e-6)
    receive.disconnect()


def test_a_mistaken_fault_is_told(controller):
    with pytest.raises(ValueError, match="6"):
        controller.faults.teleport((0.0, 0.0))
    assert controller.faults.state()["safety_mode"] == "NORMAL"
