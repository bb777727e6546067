# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A workspace with one package of small programs, and the ``ros2`` command under test.

By default that is the command of this repository. ``RHER_ROS2`` names another one, such as that of a native ROS 2, so
that the same behaviour can be checked against the real thing.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
REAL_COMMAND = os.environ.get("RHER_ROS2")
HANG_S = 60.0  # a guard against hanging only


@pytest.fixture
def ours_only() -> None:
    """Skip what differs from the real command on purpose."""
    if REAL_COMMAND is not None:
        pytest.skip("differs from the real command on purpose")


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An install prefix with the package ``fake_nodes``."""
    prefix = tmp_path_factory.mktemp("install")
    index = prefix / "share" / "ament_index" / "resource_index" / "packages"
    index.mkdir(parents=True)
    (index / "fake_nodes").touch()
    share = prefix / "share" / "fake_nodes"
    shutil.copytree(HERE / "files", share / "launch")
    (share / "config").mkdir()
    (share / "config" / "params.yaml").write_text("/**:\n  ros__parameters:\n    from_file: $(var number)\n")
    programs = prefix / "lib" / "fake_nodes"
    programs.mkdir(parents=True)
    for source in (HERE / "programs").glob("*.py"):
        # Isolated and without site packages, so that a program starts at once; a real node needs them.
        flags = "" if source.stem == "parameters" else " -IS"
        program = programs / source.stem
        program.write_text(f"#!{sys.executable}{flags}\n{source.read_text()}")
        program.chmod(0o755)
    (programs / "README").write_text("not an executable\n")
    return prefix


@dataclass(frozen=True)
class Ros2:
    """The command under test, in the environment of the workspace."""

    command: list[str]
    environment: dict[str, str]
    log_dir: Path

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            [*self.command, *arguments],
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HANG_S,
            check=False,
        )

    def launch(self, file: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a launch file of the workspace to its end."""
        return self("launch", "fake_nodes", f"{file}.launch.py", *arguments, **environment)

    def log(self) -> str:
        """Return the ``launch.log`` of the only run."""
        [file] = [path for path in self.log_dir.glob("*/launch.log") if path.parent.name != "latest"]
        return file.read_text()


@pytest.fixture
def ros2(workspace: Path, tmp_path: Path) -> Ros2:
    environment = dict(os.environ)
    for name in ("OVERRIDE_LAUNCH_PROCESS_OUTPUT", "OVERRIDE_LAUNCH_SCREEN_FORMAT", "OVERRIDE_LAUNCH_LOG_FORMAT"):
        environment.pop(name, None)
    prefixes = [str(workspace), environment.get("AMENT_PREFIX_PATH", sys.prefix)]
    environment.update(AMENT_PREFIX_PATH=os.pathsep.join(prefixes), ROS_LOG_DIR=str(tmp_path / "log"))
    if REAL_COMMAND is None:
        source = str(REPOSITORY / "tools" / "pip_ros2")
        paths = [source, *filter(None, [environment.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
        command = [sys.executable, "-m", "ros2cli.cli"]
    else:
        command = shlex.split(REAL_COMMAND)
    return Ros2(command, environment, tmp_path / "log")


class Running:
    """A running launch file, whose output is read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.seen: list[str] = []

    def wait_for(self, text: str, count: int = 1) -> list[str]:
        """Read until ``count`` lines with ``text`` have come, and return them."""
        assert self.process.stdout is not None
        found: list[str] = []
        while len(found) < count:
            line = self.process.stdout.readline()
            assert line, f"ended before {text!r}: {''.join(self.seen)}"
            self.seen.append(line)
            if text in line:
                found.append(line.rstrip())
        return found

    def pids(self, count: int) -> list[int]:
        """Wait for ``count`` programs to be ready and return the process ids they wrote, in the order of labels."""
        lines = sorted(self.wait_for("ready", count))
        return [int(word) for line in lines for word in line.partition("ready")[2].split()]

    def finish(self) -> tuple[int, str]:
        """Wait for the end and return the exit code and the whole output."""
        rest, _ = self.process.communicate(timeout=HANG_S)
        return self.process.returncode, "".join(self.seen) + rest


@pytest.fixture
def start(ros2: Ros2) -> Iterator[Callable[..., Running]]:
    """Start a launch file in the background; what is left of it at the end is killed."""
    started: list[tuple[subprocess.Popen[str], threading.Timer]] = []

    def begin(file: str, *arguments: str) -> Running:
        process = subprocess.Popen(
            [*ros2.command, "launch", "fake_nodes", f"{file}.launch.py", *arguments],
            env=ros2.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        guard = threading.Timer(HANG_S, process.kill)
        guard.start()
        started.append((process, guard))
        return Running(process)

    yield begin
    for process, guard in started:
        guard.cancel()
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate(timeout=HANG_S)
