# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A small server that speaks the dialogue of a Robotiq URCap over TCP."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class RobotiqServer:
    """Serves one client at a time on a free port of the loop-back address; fingers move at once."""

    def __init__(self, *, status: int = 3) -> None:
        self.registers = {"ACT": 0, "GTO": 0, "POS": 0, "SPE": 0, "FOR": 0, "STA": status}
        self.silent = False
        self.garbled = False
        self.commands: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._client: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def drop(self) -> None:
        """Close the connection of the client."""
        client = self._client
        if client is not None:
            with suppress(OSError):  # it has just left by itself
                client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                self._client, _ = self._listener.accept()
            except OSError:
                return
            with self._client, self._client.makefile("r") as lines, suppress(OSError):
                for line in lines:
                    self._answer(line.split())
            self._client = None

    def _answer(self, words: list[str]) -> None:
        self.commands.append(" ".join(words))
        if self.silent:
            return
        if words[0] == "SET":
            self.registers.update(zip(words[1::2], map(int, words[2::2]), strict=True))
            if self.registers["ACT"]:
                self.registers["STA"] = 3
            answer = "ack"
        else:
            answer = f"{words[1]} {self.registers[words[1]]}"
        assert self._client is not None
        self._client.sendall(b"what?" if self.garbled else answer.encode())
