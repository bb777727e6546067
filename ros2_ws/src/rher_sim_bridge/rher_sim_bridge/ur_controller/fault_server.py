# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Carries out faults that are asked for over a port of their own: one JSON object a line, one answer a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from rher_sim_bridge.ur_controller.connection import LineProtocol
from rher_sim_bridge.ur_controller.controller import ArmController
from rher_sim_bridge.ur_controller.modes import RobotMode
from rher_sim_bridge.ur_controller.plant import Wall
from rher_sim_bridge.ur_controller.program import Program

WAIT_MARK = b"wait "
"""Begins what the connection keeps until its time has come, instead of an answer."""


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
        self._cube_covered = False

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

    def do_cover(self, is_covered: bool = True) -> None:
        """Hide the cube's tags from the camera, or show them again."""
        self._cube_covered = is_covered

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
            "cube_covered": self._cube_covered,
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


def _ok(result: Any) -> str:
    return json.dumps({"ok": result})
