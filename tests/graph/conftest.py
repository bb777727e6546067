# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Real processes in a ROS domain of their own. Nothing sleeps; time-outs only guard against a hang."""

from __future__ import annotations

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

HERE = Path(__file__).parent
HANG = 180.0
"""Longest life of a process; it is killed then, so that a hang becomes a failure [s]."""

collect_ignore_glob = [] if importlib.util.find_spec("rclpy") else ["test_*.py"]


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
def start_script(start):
    """Start a script of this folder with arguments."""
    return lambda name, *arguments: start(sys.executable, HERE / name, *arguments)


@pytest.fixture
def start_sim(start):
    """Start the simulation node with parameters and remappings."""
    from ament_index_python.packages import get_package_prefix

    def start_node(*, remap: dict[str, str] | None = None, **parameters: Any) -> Process:
        arguments = [f"-p{name}:={value}" for name, value in parameters.items()]
        arguments += [f"-r{old}:={new}" for old, new in (remap or {}).items()]
        executable = Path(get_package_prefix("rher_sim_bridge")) / "lib" / "rher_sim_bridge" / "sim_node"
        words = [word for argument in arguments for word in (argument[:2], argument[2:])]
        return start(executable, "--ros-args", *words)

    return start_node


@pytest.fixture
def start_policy(start):
    """Start the policy node with parameters."""
    from ament_index_python.packages import get_package_prefix

    executable = Path(get_package_prefix("rher_agent")) / "lib" / "rher_agent" / "policy_node"

    def start_node(**parameters: Any) -> Process:
        words = [word for name, value in parameters.items() for word in ("-p", f"{name}:={value}")]
        return start(executable, "--ros-args", *words)

    return start_node


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
