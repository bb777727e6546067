# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One end of the channel between driver node and arm process: whole messages, never waiting."""

from __future__ import annotations

import logging
import socket

from rher_robot_driver.ur.protocol import LARGEST_DATAGRAM, Report, Request, decode, encode

logger = logging.getLogger(__name__)


class Channel:
    """Sends and receives messages over one end of a SOCK_SEQPACKET socket pair, without blocking.

    Args:
        end: The socket; it belongs to the channel from now on.
    """

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self._socket = end
        self.ended = False
        """Whether the other end is closed, or its process gone."""

    @staticmethod
    def pair() -> tuple[Channel, Channel]:
        """Return the two ends of a new channel."""
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return Channel(here), Channel(there)

    @staticmethod
    def inherited(descriptor: int) -> Channel:
        """Return the end that the parent process left open as a file descriptor."""
        return Channel(socket.socket(fileno=descriptor))

    def fileno(self) -> int:
        """Return the file descriptor, readable when a message waits or the other end is closed; -1 once closed."""
        return self._socket.fileno()

    def send(self, message: Request | Report) -> bool:
        """Send a message; return False when it was dropped because the other end does not read, or is gone."""
        try:
            self._socket.send(encode(message))
        except OSError:
            # What the other end sent before it went may still wait here: only receiving tells the end.
            return False
        return True

    def receive(self) -> list[Request | Report]:
        """Return the messages that wait, oldest first. One that is no message is told to the log and left out."""
        messages: list[Request | Report] = []
        while not self.ended:
            try:
                datagram = self._socket.recv(LARGEST_DATAGRAM)
            except BlockingIOError:
                break
            except ConnectionResetError:
                # The other end went without reading all; said once, before what it sent itself.
                continue
            except OSError:
                self.ended = True
                break
            if not datagram:
                self.ended = True
                break
            try:
                messages.append(decode(datagram))
            except ValueError as error:
                logger.error("%s", error)
        return messages

    def close(self) -> None:
        """Close this end."""
        self.ended = True
        self._socket.close()
