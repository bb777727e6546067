# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A person's words to the arm from a terminal, each a process of its own, as `ros2 run rher_robot_driver arm` is."""

from __future__ import annotations

import fcntl
import os
import pty
import subprocess
import sys
import termios

import pytest
from rher_sim_bridge.scene.gripper import MASS, TOOL_LENGTH

pytestmark = pytest.mark.graph


@pytest.fixture
def say(start):
    """Say a word; return the exit code and what is answered."""
    return lambda word: start(sys.executable, "-m", "rher_robot_driver.arm_command", word).finish()


@pytest.fixture
def driver(controller, start):
    """The driver node, connected and disabled."""
    given = {"robot_ip": controller.address, "tcp_offset": TOOL_LENGTH, "payload": MASS}
    words = [word for name, value in given.items() for word in ("-p", f"{name}:={value}")]
    driver = start(sys.executable, "-m", "rher_robot_driver.driver_node", "--ros-args", *words)
    driver.read_until("arm: disabled")
    return driver


def test_words_are_carried_out_and_answered(driver, say):
    code, answer = say("reset")
    assert code == 1
    assert "the arm is held" in answer
    code, answer = say("recover")
    assert code == 1
    assert "nothing holds the arm" in answer
    code, answer = say("enable")
    assert code == 0
    assert answer.startswith("enabled\n")
    assert "passed remote control" in answer
    code, answer = say("status")
    assert code == 0
    assert answer.startswith("normal, TCP at (")
    assert say("stop")[0] == 0
    driver.read_until("arm: stopped: stopped by a person")
    code, answer = say("status")
    assert answer.startswith("stopped, TCP at (")
    assert "stopped by a person" in answer
    code, answer = say("enable")
    assert code == 1
    assert "only Recover ends this: stopped by a person" in answer
    assert say("disable")[0] == 0


def test_who_watches_stops_the_arm_with_every_enter_and_is_told_when_the_driver_has_ended(driver):
    command = [sys.executable, "-m", "rher_robot_driver.arm_command", "watch"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watch:
        assert watch.stdin is not None and watch.stdout is not None and watch.stderr is not None
        for _ in range(2):
            assert watch.stdout.readline() == "Enter stops the arm\n"
            watch.stdin.write("\n")
            watch.stdin.flush()
            assert watch.stdout.readline().startswith("stopped")
        driver.read_until("stopped by a person")
        driver.interrupt()
        assert "the driver node has ended: Enter stops nothing any more" in watch.stderr.read()
    assert watch.returncode == 1


def test_a_terminal_that_is_closed_stops_the_arm(driver):
    command = [sys.executable, "-m", "rher_robot_driver.arm_command", "watch"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].startswith("stopped")
    driver.read_until("stopped by a person")


def test_a_terminal_that_hangs_up_stops_the_arm(driver):
    """As its window does when it is closed: the terminal is gone and its processes are told so by a signal."""
    command = [sys.executable, "-m", "rher_robot_driver.arm_command", "watch"]
    ours, terminal = pty.openpty()
    with subprocess.Popen(
        command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True, preexec_fn=_take_terminal
    ):
        os.close(terminal)
        assert b"Enter stops the arm" in os.read(ours, 1000)
        os.close(ours)
        driver.read_until("stopped by a person")


def _take_terminal() -> None:
    """Make standard input the terminal of this session, so that its end is told."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_without_a_driver_the_domain_is_asked_about(say):
    code, answer = say("stop")
    assert code == 1
    assert "no driver node answers to /arm/stop" in answer
    assert "ROS_DOMAIN_ID" in answer


def test_an_unknown_word_is_answered_with_the_known_ones(say):
    code, answer = say("go")
    assert code == 2
    assert "enable" in answer
    assert "recover" in answer
