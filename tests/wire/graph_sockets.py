# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which processes hold connections to which address and port, as the kernel tells (/proc)."""

from __future__ import annotations

import os
import re
import socket
import struct
from collections.abc import Container
from pathlib import Path

ESTABLISHED = "01"
"""State of a connection in /proc/net/tcp."""


def connections(address: str) -> dict[int, set[int]]:
    """Return the process ids that hold connections to an IPv4 address, by port."""
    ports: dict[str, int] = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        host, _, port = words[2].partition(":")
        # The kernel writes the address in the byte order of the machine.
        if words[3] == ESTABLISHED and socket.inet_ntoa(struct.pack("=I", int(host, 16))) == address:
            ports[f"socket:[{words[9]}]"] = int(port, 16)
    found: dict[int, set[int]] = {}
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        for inode in _sockets(process):
            if inode in ports:
                found.setdefault(ports[inode], set()).add(int(process.name))
    return found


def owner(process: int, among: Container[int]) -> int | None:
    """Return a process itself or the next of its ancestors that is among some; None when none is."""
    while process > 0 and process not in among:
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:
            return None  # it has ended
        process = int(re.search(r"^PPid:\s+(\d+)$", status, re.MULTILINE).group(1))  # type: ignore[union-attr]
    return process or None


def _sockets(process: Path) -> list[str]:
    try:
        return [os.readlink(descriptor) for descriptor in (process / "fd").iterdir()]
    except OSError:
        return []  # it has ended, or is another user's
