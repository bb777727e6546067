# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Faults on demand, and what is true: the client of the emulator's own port.

What it does to the emulated cell, a robot's surroundings do to a robot; no driver may use it.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Any

from rher_sim_bridge.ur_controller.modes import RobotMode
from rher_sim_bridge.ur_controller.options import FAULT_PORT

ANSWER_TIMEOUT = 10.0
"""After which the emulator is given up [s]."""
POLL_PERIOD = 0.01
"""Simulated time between two looks at the state [s]."""


class FaultClient:
    """Injects faults into an emulator and asks it what is true.

    Args:
        address: Of the emulator.
    """

    def __init__(self, address: str) -> None:
        self._socket = socket.create_connection((address, FAULT_PORT), timeout=ANSWER_TIMEOUT)
        self._lines = self._socket.makefile("r", encoding="utf-8")

    def __enter__(self) -> FaultClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Disconnect."""
        self._lines.close()
        self._socket.close()

    def protective_stop(self) -> None:
        """Hold the arm until the stop is unlocked."""
        self._ask("protective_stop")

    def emergency_stop(self, pressed: bool = True) -> None:
        """Press or release the emergency stop button."""
        self._ask("emergency_stop", pressed=pressed)

    def safeguard_stop(self, is_open: bool = True) -> None:
        """Open or close the safeguard; the program goes on by itself when it closes."""
        self._ask("safeguard_stop", is_open=is_open)

    def push(
        self,
        force: tuple[float, float, float],
        seconds: float,
        torque: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> None:
        """Press on the TCP with a force [N] and torque [N m] in base_link."""
        self._ask("push", force=force, torque=torque, seconds=seconds)

    def touch(
        self, normal: tuple[float, float, float], seconds: float, stiffness: float = 5000.0, gap: float = 0.0
    ) -> None:
        """Hold a wall to the TCP.

        Args:
            normal: From the wall to the free side, in base_link.
            seconds: How long it stays.
            stiffness: [N/m]
            gap: Between TCP and wall now [m].
        """
        self._ask("touch", normal=normal, seconds=seconds, stiffness=stiffness, gap=gap)

    def freeze(self, seconds: float) -> None:
        """Let the controller answer nobody and hear nobody for a time; it goes on otherwise."""
        self._ask("freeze", seconds=seconds)

    def slow_cycle(self, period: float, seconds: float) -> None:
        """Let each cycle last a period [s] on the wall clock, for a time."""
        self._ask("slow_cycle", period=period, seconds=seconds)

    def drop_connections(self) -> None:
        """Close every connection of a driver; new ones are served."""
        self._ask("drop")

    def occupy(self, is_occupied: bool = True) -> None:
        """Let another client be in control, or let it go."""
        self._ask("occupy", is_occupied=is_occupied)

    def stop_program(self) -> None:
        """Press the pendant's stop button."""
        self._ask("stop_program")

    def set_remote(self, is_remote: bool) -> None:
        """Switch between local and remote control."""
        self._ask("remote", is_remote=is_remote)

    def set_slider(self, fraction: float) -> None:
        """Move the speed slider, 0 to 1."""
        self._ask("slider", fraction=fraction)

    def set_robot_mode(self, mode: RobotMode) -> None:
        """Take or give power at once."""
        self._ask("robot_mode", mode=mode.name)

    def set_model(self, name: str) -> None:
        """Let the dashboard name another model, as in 'UR10'."""
        self._ask("model", name=name)

    def set_payload(self, mass: float) -> None:
        """Set another payload on the pendant than hangs on the flange [kg]."""
        self._ask("payload", mass=mass)

    def set_tcp_offset(self, z: float) -> None:
        """Set another TCP on the pendant, along the flange's z [m]."""
        self._ask("tcp_offset", z=z)

    def teleport(self, q: tuple[float, ...]) -> None:
        """Put the arm at rest at joint positions [rad]."""
        self._ask("teleport", q=q)

    def place_cube(self, x: float, y: float, yaw: float = 0.0) -> None:
        """Put the cube at rest on the table, in base_link [m, rad]."""
        self._ask("cube", x=x, y=y, yaw=yaw)

    def cover_cube(self, is_covered: bool = True) -> None:
        """Hide the cube's tags from the camera, or show them again."""
        self._ask("cover", is_covered=is_covered)

    def state(self) -> dict[str, Any]:
        """Return what is true: time, q, qd, tcp_position, tcp_quaternion, tcp_linear_velocity, cube_position ..."""
        state: dict[str, Any] = self._ask("state")
        return state

    def wait(self, seconds: float) -> None:
        """Return when so much simulated time has passed [s]."""
        self._socket.settimeout(ANSWER_TIMEOUT + seconds)
        self._ask("wait", seconds=seconds)

    def wait_until(self, condition: Callable[[dict[str, Any]], bool], seconds: float) -> dict[str, Any]:
        """Return the first state that meets a condition.

        Raises:
            TimeoutError: None did within so much simulated time [s].
        """
        state = self.state()
        end = state["time"] + seconds
        while not condition(state):
            if state["time"] > end:
                raise TimeoutError(f"not within {seconds} s; the last state is {state}")
            self.wait(POLL_PERIOD)
            state = self.state()
        return state

    def _ask(self, do: str, **arguments: Any) -> Any:
        self._socket.sendall(json.dumps({"do": do, **arguments}).encode() + b"\n")
        line = self._lines.readline()
        if not line:
            raise ConnectionError("the emulator has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise ValueError(f"{do}: {answer['error']}")
        return answer["ok"]
