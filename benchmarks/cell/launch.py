# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The launch file of an arm beside an emulated controller: started, listened to, talked to, killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rher_agent.lab.reader import read_lab
from rher_sim_bridge.ur_controller.options import ControllerOptions
from rher_sim_bridge.ur_controller.process import ControllerProcess

LAB = Path(__file__).parents[2] / "ros2_ws" / "src" / "rher_agent" / "config" / "lab.two_cores.yaml"
PARAMETERS = Path(__file__).parents[1] / "settings" / "rehearsal.yaml"
"""Lab and parameters of the published runs."""
END_PATIENCE = 60.0
"""Time in which a launch must end [s]."""
POLL = 0.2
"""Between two looks at what was said [s]."""
DOMAIN = re.compile(r"export ROS_DOMAIN_ID=(\d+)")
STARTED = r"\[{node}-\d+\]: process started with pid \[(\d+)\]"
TELL = 3000
"""How much of what was said goes into an error [characters]."""


@dataclass(frozen=True)
class Said:
    """The answer to a command."""

    done: bool
    text: str


def emulated_controller(lab_file: Path, log: Path | None = None) -> ControllerProcess:
    """Start the controller of a lab, with a motion log where one is named."""
    robot = read_lab(lab_file).lab.robot
    return ControllerProcess(
        ControllerOptions(
            arm=robot.model, rate=robot.servo_rate, tcp_offset=robot.tcp_offset, payload=robot.payload, log=log
        )
    )


class CellLaunch:
    """Runs the launch file until close.

    Args:
        address: Of the emulated controller.
        lab_file: Of the cell.
        log: File for what it says; what is in it already stays.
        arguments: Further launch arguments.
    """

    def __init__(self, address: str, lab_file: Path, log: Path, arguments: list[str]) -> None:
        self._log = log
        self._start = log.stat().st_size if log.exists() else 0
        command = ["ros2", "launch", "rher_agent", "real_push.launch.py", f"robot_ip:={address}", "camera:=emulated"]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*command, f"lab:={lab_file}", *arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C is passed on by close, once.
                start_new_session=True,
            )

    @property
    def said(self) -> int:
        """How much is in the log [bytes]."""
        return self._log.stat().st_size

    def text(self, start: int | None = None) -> str:
        """Return what was said from a place in the log on; by default all that this launch said."""
        return self._log.read_bytes()[self._start if start is None else start :].decode(errors="replace")

    def wait(self, condition: Callable[[], bool], what: str, patience: float) -> None:
        """Wait until something is so.

        Raises:
            RuntimeError: It is not in time [s], or the launch has ended.
        """
        deadline = time.monotonic() + patience
        while not condition():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"not within {patience} s: {what}\n{self.text()[-TELL:]}")
            time.sleep(POLL)

    def is_running_after(self, seconds: float) -> bool:
        """Wait for so long, or until it ends; tell whether it still runs."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def pid(self, node: str) -> int:
        """Return the process of a node's executable, such as policy_node."""
        found = re.search(STARTED.format(node=node), self.text())
        if found is None:
            raise RuntimeError(f"no {node} was started\n{self.text()[-TELL:]}")
        return int(found.group(1))

    def call(self, *command: str) -> Said:
        """Give a command of the documentation in another terminal."""
        domain = DOMAIN.search(self.text())
        assert domain is not None, "the launch has told its domain"
        environment = {**os.environ, "ROS_DOMAIN_ID": domain.group(1)}
        done = subprocess.run(["ros2", "run", *command], env=environment, capture_output=True, text=True, check=False)
        return Said(done.returncode == 0, (done.stdout + done.stderr).strip())

    def kill(self) -> None:
        """Kill the launch and all that it started, as a power cut does."""
        for pid in [self.process.pid, *_descendants(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(END_PATIENCE)

    def close(self) -> None:
        """End it as Ctrl-C does, or kill it when it hangs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(END_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()


def _descendants(pid: int) -> list[int]:
    """Return the children of a process and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *_descendants(child)]
    return found
