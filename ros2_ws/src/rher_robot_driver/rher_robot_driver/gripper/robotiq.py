# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A Robotiq two-finger gripper through the socket that its URCap opens on the controller.

The dialogue is ASCII: `SET ACT 1 GTO 1 POS 255 SPE 255 FOR 100` is answered with `ack`, `GET POS` with `POS 255`. Names
and values are the registers of the maker's manual for the 2F-85 and 2F-140: a position runs from 0, open, to 255.
"""

from __future__ import annotations

import math
import socket
from dataclasses import dataclass

from rher_robot_driver.gripper.gripper import GripperError

PORT = 63352
"""Of the URCap."""
REGISTER_MAX = 255
"""Greatest value of position, speed and force."""
ACTIVE = 3
"""Value of STA once the gripper is activated."""
ACKNOWLEDGED = "ack"
LONGEST_ANSWER = 1024
"""[bytes]"""


@dataclass(frozen=True)
class RobotiqSettings:
    """Which gripper, and how it moves."""

    stroke: float = 0.085
    """Opening of the open gripper [m]: 0.085 for a 2F-85, 0.14 for a 2F-140."""
    speed: float = 1.0
    """Share of its greatest speed."""
    force: float = 0.2
    """Share of its greatest force."""
    timeout: float = 0.5
    """Longest wait for an answer [s]."""

    def __post_init__(self) -> None:
        for name, lower, upper in (
            ("stroke", 0.01, 0.2),
            ("speed", 0.0, 1.0),
            ("force", 0.0, 1.0),
            ("timeout", 0.05, 5.0),
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and lower <= value <= upper):
                raise ValueError(f"{name} is {value}; allowed: {lower} to {upper}")


class RobotiqClient:
    """Speaks with the gripper. Every method waits for the answer, at most settings.timeout.

    Args:
        host: Address of the controller.
        settings: Which gripper, and how it moves.
        port: Of the URCap.

    Raises:
        GripperError: Nothing listens there.
    """

    def __init__(self, host: str, settings: RobotiqSettings, port: int = PORT) -> None:
        self._name = f"{host}:{port}"
        self._settings = settings
        try:
            self._socket = socket.create_connection((host, port), settings.timeout)
        except OSError as error:
            raise GripperError(f"no gripper at {self._name}: {error}") from error

    def activate(self) -> None:
        """Activate the gripper; its fingers may travel once to learn their range. An active one takes no notice.

        Raises:
            GripperError: It does not answer as it should.
        """
        self._set("ACT 1", "GTO 1")

    def is_active(self) -> bool:
        """Return whether the activation is done.

        Raises:
            GripperError: It does not answer as it should.
        """
        return self._get("STA") == ACTIVE

    def move(self, opening: float) -> None:
        """Send the fingers to an opening [m]; what is out of reach is taken for the nearest that is not.

        Raises:
            GripperError: It does not answer as it should.
        """
        closed = 1.0 - min(max(opening / self._settings.stroke, 0.0), 1.0)
        position, speed, force = (
            round(REGISTER_MAX * share) for share in (closed, self._settings.speed, self._settings.force)
        )
        self._set(f"POS {position}", f"SPE {speed}", f"FOR {force}", "GTO 1")

    def opening(self) -> float:
        """Return the opening [m], linear in the position between fully open and fully closed.

        Raises:
            GripperError: It does not answer as it should.
        """
        return self._settings.stroke * (1.0 - self._get("POS") / REGISTER_MAX)

    def close(self) -> None:
        """Disconnect. The fingers stay as they are."""
        self._socket.close()

    def _set(self, *assignments: str) -> None:
        command = " ".join(("SET", *assignments))
        answer = self._ask(command)
        if answer != ACKNOWLEDGED:
            raise GripperError(f"the gripper at {self._name} answers '{answer}' to '{command}'")

    def _get(self, register: str) -> int:
        answer = self._ask(f"GET {register}")
        name, _, value = answer.partition(" ")
        if name != register or not value.isdecimal() or int(value) > REGISTER_MAX:
            raise GripperError(f"the gripper at {self._name} answers '{answer}' to 'GET {register}'")
        return int(value)

    def _ask(self, command: str) -> str:
        # Answers end without a mark; each is a few bytes and comes in one piece.
        try:
            self._socket.sendall(f"{command}\n".encode())
            answer = self._socket.recv(LONGEST_ANSWER)
        except OSError as error:
            raise GripperError(f"the gripper at {self._name} does not answer '{command}': {error}") from error
        if not answer:
            raise GripperError(f"the gripper at {self._name} has closed the connection")
        return answer.decode(errors="replace").strip()
