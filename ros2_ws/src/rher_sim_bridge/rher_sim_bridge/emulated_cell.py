# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A whole cell without a robot, in real time: emulated controller, driver node and table node, each its own process.

An episode manager can serve the episodes in place of the table node, which then only tells where the cube is.

For tests and benchmarks, which judge the driver by what the emulated arm truly did.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from rher_sim_bridge.ur_controller.motion_log import MotionLog
from rher_sim_bridge.ur_controller.options import ControllerOptions
from rher_sim_bridge.ur_controller.process import ControllerProcess

SHUTDOWN_TIMEOUT = 10.0
"""Time for a node to end after Ctrl-C [s]."""
START_HEIGHT = 0.06
"""Of the TCP at the start of an episode [m]: over the cube."""


class EmulatedCell:
    """Starts the processes; nodes join the ROS domain of the environment.

    Args:
        folder: For the nodes' output.
        options: Of the controller.
        driver: Further parameters of the driver node, as in {'servo_rate': '125'}.
        episodes: Parameters of the episode manager, which then serves the episodes; None for the table node.
    """

    def __init__(
        self,
        folder: Path,
        options: ControllerOptions | None = None,
        driver: dict[str, str] | None = None,
        episodes: dict[str, str] | None = None,
    ) -> None:
        self.controller = ControllerProcess(options)
        self._folder = folder
        wanted = {"robot_ip": self.controller.address, "reset.position": f"[0.5, 0.0, {START_HEIGHT}]"}
        table = {"controller": self.controller.address, "serves_episodes": str(episodes is None).lower()}
        self.table = self._start("rher_sim_bridge.table_node", table)
        self.driver = self._start("rher_robot_driver.driver_node", {**wanted, **(driver or {})})
        self._nodes = [self.table, self.driver]
        if episodes is not None:
            self._nodes.append(self._start("rher_agent.episode_manager_node", episodes))

    def __enter__(self) -> EmulatedCell:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def arm_process(self) -> int | None:
        """Process id of the arm process, which the driver node started; None when there is none."""
        children = Path(f"/proc/{self.driver.pid}/task/{self.driver.pid}/children")
        pids = children.read_text().split() if children.exists() else []
        return int(pids[0]) if pids else None

    def output(self, node: str) -> str:
        """Return what a node said so far: driver_node, table_node or episode_manager_node."""
        return (self._folder / f"{node}.txt").read_text()

    def log(self) -> MotionLog:
        """Return what the arm truly did so far."""
        return MotionLog.read(self.controller.log_path)

    def close(self) -> None:
        """End everything that still runs."""
        for process in self._nodes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in self._nodes:
            _reap(process)
        self.controller.close()

    def _start(self, module: str, parameters: dict[str, str]) -> subprocess.Popen[bytes]:
        words = [word for name, value in parameters.items() for word in ("-p", f"{name}:={value}")]
        with (self._folder / f"{module.rsplit('.', 1)[1]}.txt").open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", module, "--ros-args", *words], stdout=output, stderr=subprocess.STDOUT
            )


def _reap(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(SHUTDOWN_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
