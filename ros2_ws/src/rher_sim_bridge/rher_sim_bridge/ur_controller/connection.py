# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One client's connection, never waited for."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

RECEIVE_SIZE = 65536
"""Bytes read at once."""


class Connection:
    """A socket with the protocol behind it.

    Args:
        link: Connected socket.
        respond: Takes bytes of the client and returns the answer; raises ValueError when the client talks nonsense.
        package: Returns what is due in a cycle without being asked.
        end: Called when the connection is closed.
    """

    def __init__(
        self,
        link: socket.socket,
        respond: Callable[[bytes], bytes],
        package: Callable[[], bytes] | None = None,
        end: Callable[[], None] | None = None,
    ) -> None:
        link.setblocking(False)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.link = link
        self._respond = respond
        self._package = package
        self._end = end
        self._unsent = b""

    def receive(self) -> bool:
        """Read and answer; return whether the client is still there."""
        try:
            data = self.link.recv(RECEIVE_SIZE)
            return bool(data) and self.send(self._respond(data))
        except BlockingIOError:
            return True
        except (OSError, ValueError):
            return False

    def tick(self) -> bool:
        """Send what is due; return whether the client is still there."""
        if self._package is None:
            return True
        # A client that does not read loses whole packages, never parts of one.
        return self.send(b"" if self._unsent else self._package())

    def send(self, data: bytes) -> bool:
        """Send bytes, or keep what the client does not take yet; return whether the client is still there."""
        self._unsent += data
        if not self._unsent:
            return True
        try:
            self._unsent = self._unsent[self.link.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Close the socket."""
        with contextlib.suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)
        self.link.close()
        if self._end:
            self._end()


class LineProtocol:
    """Answers lines of text with lines of text.

    Args:
        answer: Returns the answer to a line.
    """

    def __init__(self, answer: Callable[[str], str]) -> None:
        self._answer = answer
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Add bytes and return the answers to the lines that are now complete."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        return b"".join(self._answer(line.decode("utf-8", "replace")).encode() + b"\n" for line in lines)
