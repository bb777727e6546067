# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Faults on demand, over a port of their own: one JSON object a line, one answer a line.

FaultClient is the other end. What it does to the emulated cell, a robot's surroundings do to a robot; no driver may
use it.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol

import numpy as np

from rher_sim_bridge.ur_controller.connection import LineProtocol
from rher_sim_bridge.ur_controller.controller import ArmController
from rher_sim_bridge.ur_controller.modes import RobotMode
from rher_sim_bridge.ur_controller.options import FAULT_PORT
from rher_sim_bridge.ur_controller.plant import Wall
from rher_sim_bridge.ur_controller.program import Program

ANSWER_TIMEOUT = 10.0
"""After which the client gives the emulator up [s]."""


WAIT_MARK = b"wait "
"""Begins what the connection keeps until its time has come, instead of an answer."""
POLL_PERIOD = 0.01
"""Simulated time between two looks at the state [s]."""


class Links(Protocol):
    """What faults do to the connections of the emulator."""

    def freeze(self, seconds: float) -> None:
        """Answer nobody for a time."""

    def slow_down(self, period: float, seconds: float) -> None:
        """Let cycles last longer for a time."""

    def drop(self) -> None:
        """Close every connection of the maker's ports."""

    def occupy(self, is_occupied: bool) -> None:
        """Let another client hold the command registers, or let it go."""


class FaultSession:
    """One connection of the fault port.

    Args:
        faults: Carries them out.
        controller: Its cycles tell the time of what was asked to wait.
    """

    def __init__(self, faults: Faults, controller: ArmController) -> None:
        self._lines = LineProtocol(faults.answer)
        self._arm = controller
        self._due: int | None = None

    def feed(self, data: bytes) -> bytes:
        """Take bytes and return the answers that can be given now."""
        answers = self._lines.feed(data)
        if not answers.startswith(WAIT_MARK):
            return answers
        self._due = self._arm.cycles + round(float(answers[len(WAIT_MARK) :]) / self._arm.period)
        return b""

    def package(self) -> bytes:
        """Return the answer whose time has come."""
        if self._due is None or self._arm.cycles < self._due:
            return b""
        self._due = None
        return _ok(None).encode() + b"\n"


class Faults:
    """Carries faults out.

    Args:
        controller: The arm.
        program: What runs on it.
        links: The connections.
    """

    def __init__(self, controller: ArmController, program: Program, links: Links) -> None:
        self._arm = controller
        self._program = program
        self._links = links

    def answer(self, line: str) -> str:
        """Return the answer to a line, as a line without its end."""
        try:
            request = json.loads(line)
            name = request.pop("do")
            if name == "wait":
                return WAIT_MARK.decode() + str(float(request["seconds"]))
            do: Callable[..., Any] = getattr(self, "do_" + name)
            return _ok(do(**request))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return json.dumps({"error": f"{type(error).__name__}: {error}"})

    def do_protective_stop(self) -> None:
        """Hold the arm until it is unlocked."""
        self._arm.protective_stop("fault injection")

    def do_emergency_stop(self, pressed: bool = True) -> None:
        """Press or release the button."""
        self._arm.emergency_stop(pressed)

    def do_safeguard_stop(self, is_open: bool = True) -> None:
        """Open or close the safeguard."""
        self._arm.safeguard_stop(is_open)

    def do_push(self, force: list[float], torque: list[float], seconds: float) -> None:
        """Press on the TCP."""
        self._arm.plant.push(np.array((*force, *torque)), seconds)

    def do_touch(self, normal: list[float], stiffness: float, seconds: float, gap: float = 0.0) -> None:
        """Hold a stiff wall against the TCP, on the side to which it moves."""
        tcp = self._arm.plant.read("tcp_position")
        unit = np.array(normal) / np.linalg.norm(normal)
        point = tcp - gap * unit
        self._arm.plant.touch(Wall(tuple(point.tolist()), tuple(unit.tolist()), stiffness), seconds)

    def do_freeze(self, seconds: float) -> None:
        """Answer nobody; the controller goes on."""
        self._links.freeze(seconds)

    def do_slow_cycle(self, period: float, seconds: float) -> None:
        """Let cycles last longer on the wall clock."""
        self._links.slow_down(period, seconds)

    def do_drop(self) -> None:
        """Close every connection."""
        self._links.drop()

    def do_occupy(self, is_occupied: bool = True) -> None:
        """Let another client hold the command registers."""
        self._links.occupy(is_occupied)

    def do_stop_program(self) -> None:
        """End the program, as the pendant's stop button does."""
        self._program.stop("the pendant's stop button was pressed")

    def do_remote(self, is_remote: bool) -> None:
        """Switch between local and remote control."""
        self._arm.is_remote = is_remote

    def do_slider(self, fraction: float) -> None:
        """Move the speed slider."""
        self._arm.slider = min(1.0, max(0.0, fraction))

    def do_robot_mode(self, mode: str) -> None:
        """Take or give power."""
        self._arm.set_robot_mode(RobotMode[mode])

    def do_model(self, name: str) -> None:
        """Let the dashboard name another model."""
        self._arm.model_name = name

    def do_payload(self, mass: float) -> None:
        """Set another payload on the pendant [kg]."""
        self._arm.payload = mass

    def do_tcp_offset(self, z: float) -> None:
        """Set another TCP on the pendant [m]."""
        self._arm.tool = np.eye(4)
        self._arm.tool[2, 3] = z

    def do_teleport(self, q: list[float]) -> None:
        """Put the arm somewhere at rest."""
        if len(q) != len(self._arm.target_q):
            raise ValueError(f"q has {len(q)} numbers; allowed: {len(self._arm.target_q)}")
        self._arm.teleport(np.array(q, dtype=np.float64))

    def do_cube(self, x: float, y: float, yaw: float = 0.0) -> None:
        """Put the cube somewhere at rest."""
        self._arm.plant.place_cube(x, y, yaw)

    def do_state(self) -> dict[str, Any]:
        """Tell what is true."""
        arm, read = self._arm, self._arm.plant.read
        return {
            "time": arm.time,
            "q": read("q").tolist(),
            "qd": read("qd").tolist(),
            "tcp_position": read("tcp_position").tolist(),
            "tcp_quaternion": read("tcp_quaternion").tolist(),
            "tcp_linear_velocity": read("tcp_linear_velocity").tolist(),
            "cube_position": read("cube_position").tolist(),
            "cube_quaternion": read("cube_quaternion").tolist(),
            "is_at_rest": arm.is_steady,
            "robot_mode": arm.robot_mode.name,
            "safety_mode": arm.safety.name,
            "stop_reason": arm.stop_reason,
            "runtime_state": self._program.state.name,
            "program_error": self._program.last_error,
            "servo_writes": arm.servo_writes,
            "payload": arm.payload,
            "tcp_offset": float(arm.tool[2, 3]),
        }


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


def _ok(result: Any) -> str:
    return json.dumps({"ok": result})
