# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The dashboard server of a controller: lines of text, each with its answer, and no wait without end.

The vendor's client library has a dashboard client too, but its calls wait for ever on a controller that falls silent.
"""

from __future__ import annotations

import socket

from rher_robot_driver.ur.errors import DashboardError, UnreachableError
from rher_robot_driver.ur.probe import DASHBOARD_PORT

LONGEST_LINE = 4096
"""[bytes]"""


class Dashboard:
    """One connection to the dashboard server.

    Args:
        host: Name or address of the controller.
        timeout: Longest wait for each answer [s].

    Raises:
        UnreachableError: The server does not answer.
    """

    def __init__(self, host: str, timeout: float) -> None:
        self._unread = b""
        try:
            self._link = socket.create_connection((host, DASHBOARD_PORT), timeout)
            self._link.settimeout(timeout)
            self._line()
        except (OSError, DashboardError) as error:
            raise UnreachableError(host, DASHBOARD_PORT, str(error)) from error

    def ask(self, request: str) -> str:
        """Return the answer to one request.

        Raises:
            DashboardError: No answer came in time.
        """
        try:
            self._link.sendall(request.encode() + b"\n")
            return self._line()
        except OSError as error:
            raise DashboardError(f"the dashboard server gave no answer to '{request}' ({error})") from error

    def demand(self, request: str, answer: str) -> None:
        """Ask for something to be done.

        Args:
            request: What to do.
            answer: How the answer begins when it is done.

        Raises:
            DashboardError: The answer is another, or none came in time.
        """
        given = self.ask(request)
        if not given.startswith(answer):
            raise DashboardError(f"the dashboard server answers '{given}' to '{request}'")

    def model(self) -> str:
        """Return the name of the arm, as in 'UR5'; both series have the same names. Empty when it is not told."""
        return self._value("get robot model")

    def serial_number(self) -> str:
        """Return the serial number of the arm; empty when it is not told."""
        return self._value("get serial number")

    def in_remote_control(self) -> bool | None:
        """Return whether the controller takes orders from the network; None when it knows no other way."""
        return {"true": True, "false": False}.get(self._value("is in remote control").lower())

    def unlock_protective_stop(self) -> None:
        """Release a protective stop.

        Raises:
            DashboardError: It is not released; the controller wants some seconds between stop and release.
        """
        self.demand("unlock protective stop", "Protective stop releasing")

    def close_safety_popup(self) -> None:
        """Close the message that the controller shows about a stop."""
        self.ask("close safety popup")

    def stop_program(self) -> None:
        """End the program; one that a protective stop paused would go on otherwise.

        Raises:
            DashboardError: The program is not ended.
        """
        self.demand("stop", "Stopped")

    def close(self) -> None:
        """Close the connection."""
        self._link.close()

    def _value(self, request: str) -> str:
        """Return what a question brings to light; a controller that does not know the question complains instead."""
        answer = self.ask(request)
        return "" if answer.lower().startswith(("could not understand", "not ")) else answer.strip()

    def _line(self) -> str:
        while b"\n" not in self._unread:
            part = self._link.recv(LONGEST_LINE)
            if not part:
                raise DashboardError("the dashboard server closed the connection")
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")
