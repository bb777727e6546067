# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What tests of every folder share: the source tree on the path, and real processes in a ROS domain of their own.

Nothing sleeps; time-outs only guard against a hang. Without ROS the pure-Python tests still run.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

HANG = 180.0
"""Longest life of a process; it is killed then, so that a hang becomes a failure [s]."""

SOURCE = Path(__file__).resolve().parent.parent / "ros2_ws" / "src"

for package in ("rher_agent", "rher_sim_bridge", "rher_robot_driver", "rher_perception"):
    if importlib.util.find_spec(package) is None:
        sys.path.insert(0, str(SOURCE / package))

# Chooses what MuJoCo renders with, which must happen before any test imports mujoco.
importlib.import_module("rher_sim_bridge")


class Process:
    """A child process that is interrupted, and must end well, when its test is over."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )
        self._guard = threading.Timer(HANG, self._process.kill)
        self._guard.daemon = True
        self._guard.start()

    def read_until(self, pattern: str) -> re.Match[str]:
        """Read its output up to a line in which a pattern is found; fail when it ends before."""
        assert self._process.stdout is not None
        lines = []
        while line := self._process.stdout.readline():
            lines.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"no line matches {pattern!r} in:\n{''.join(lines)}")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def kill(self) -> None:
        """Kill it as kill -9 does."""
        self._process.kill()
        self._process.wait()

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Interrupt it as Ctrl-C does, or by another signal; return its exit code and the rest of its output."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self.finish()

    def finish(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and the rest of its output."""
        output, _ = self._process.communicate()
        return self._process.returncode, output

    def close(self) -> None:
        """End it if it still runs."""
        if self._process.poll() is None:
            code, output = self.interrupt()
            assert code == 0, output
        self._guard.cancel()
        if self._process.stdout and not self._process.stdout.closed:
            self._process.stdout.close()


@pytest.fixture
def domain(monkeypatch):
    """Give this process and its children a ROS domain that nobody else uses."""
    from rher_agent.ros.domain import DomainClaim

    claim = DomainClaim()
    monkeypatch.setenv("ROS_DOMAIN_ID", str(claim.domain_id))
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
    yield claim.domain_id
    claim.close()


@pytest.fixture
def start(domain):
    """Start processes by command; they are ended after the test, the last one first."""
    running: list[Process] = []

    def start_process(*command: object) -> Process:
        running.append(Process([str(word) for word in command], dict(os.environ)))
        return running[-1]

    yield start_process
    for process in reversed(running):
        process.close()


@pytest.fixture
def ros(domain):
    """Initialise ROS in this process."""
    from rher_agent.ros.session import ros_session

    with ros_session():
        yield


@pytest.fixture
def make_ros_world(ros):
    """Make RosWorlds, of the push task if not told otherwise; they are closed after the test."""
    from rher_agent.ros.ros_world import RosWorld, RosWorldParameters
    from rher_agent.tasks.registry import make_task
    from rher_agent.tasks.task import Task

    worlds: list[RosWorld] = []

    def make(task: Task | None = None, **parameters: Any) -> RosWorld:
        worlds.append(RosWorld(task or make_task("push"), parameters=RosWorldParameters(**parameters)))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()
