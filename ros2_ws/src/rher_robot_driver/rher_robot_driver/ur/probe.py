# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Whether a controller answers, and which: asked with a time limit, because the vendor's client waits without one."""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass

from rher_robot_driver.ur.errors import UnreachableError

RTDE_PORT = 30004
SCRIPT_PORT = 30003
DASHBOARD_PORT = 29999
FIRST_POLYSCOPE_X = 10
"""Major version from which there is no dashboard server."""
LAST_CB_SERIES = 3
"""Major version up to which the controller is of the CB series."""

CB_SERVO_RATE = 125
"""Greatest servo rate of the CB series [Hz]."""

_HEADER = struct.Struct(">HB")
_REQUEST_PROTOCOL = ord("V")
_REQUEST_VERSION = ord("v")
_PROTOCOL = 2


@dataclass(frozen=True)
class ControllerVersion:
    """Version of the controller's software."""

    major: int
    minor: int
    bugfix: int
    build: int

    @property
    def is_cb_series(self) -> bool:
        """Whether the arm is older than the e-series, with 125 Hz at most."""
        return self.major <= LAST_CB_SERIES

    @property
    def has_dashboard(self) -> bool:
        """Whether there is a dashboard server; PolyScope X has none."""
        return self.major < FIRST_POLYSCOPE_X

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.bugfix}.{self.build}"


def probe(host: str, timeout: float) -> ControllerVersion:
    """Return which controller answers at an address.

    RTDE's own first words are spoken (Universal Robots, "Real-Time Data Exchange guide"), then the other ports that
    the client needs are tried.

    Args:
        host: Name or address.
        timeout: For everything together [s].

    Raises:
        UnreachableError: A port does not answer in time, or it is no controller's.
    """
    deadline = time.monotonic() + timeout
    try:
        with _connected(host, RTDE_PORT, deadline) as link:
            link.sendall(_frame(_REQUEST_PROTOCOL, struct.pack(">H", _PROTOCOL)))
            if _answer(link, _REQUEST_PROTOCOL, deadline) != b"\x01":
                raise UnreachableError(host, RTDE_PORT, f"it does not speak version {_PROTOCOL} of RTDE")
            link.sendall(_frame(_REQUEST_VERSION, b""))
            version = ControllerVersion(*struct.unpack(">4I", _answer(link, _REQUEST_VERSION, deadline)))
    except (OSError, struct.error) as error:
        raise UnreachableError(host, RTDE_PORT, _why(error)) from error
    _try(host, SCRIPT_PORT, deadline)
    if version.has_dashboard:
        _try(host, DASHBOARD_PORT, deadline)
    return version


def _try(host: str, port: int, deadline: float) -> None:
    try:
        _connected(host, port, deadline).close()
    except OSError as error:
        raise UnreachableError(host, port, _why(error)) from error


def _connected(host: str, port: int, deadline: float) -> socket.socket:
    return socket.create_connection((host, port), _left(deadline))


def _left(deadline: float) -> float:
    """Return the time left [s].

    Raises:
        TimeoutError: There is none.
    """
    left = deadline - time.monotonic()
    if left <= 0.0:
        raise TimeoutError("timed out")
    return left


def _frame(kind: int, payload: bytes) -> bytes:
    return _HEADER.pack(_HEADER.size + len(payload), kind) + payload


def _answer(link: socket.socket, kind: int, deadline: float) -> bytes:
    """Return the payload of the answer to a request; text messages in between are skipped."""
    while True:
        size, got = _HEADER.unpack(_exactly(link, _HEADER.size, deadline))
        payload = _exactly(link, size - _HEADER.size, deadline)
        if got == kind:
            return payload


def _exactly(link: socket.socket, size: int, deadline: float) -> bytes:
    received = b""
    while len(received) < size:
        link.settimeout(_left(deadline))
        part = link.recv(size - len(received))
        if not part:
            raise ConnectionError("the connection was closed")
        received += part
    return received


def _why(error: Exception) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
