# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What arrives at the script port: programs of lines, complete at a line that is just `end`."""

from __future__ import annotations

import re
from dataclasses import dataclass

CONTROL_PROGRAM = "rtde_control"
"""Name of the program that the client library uploads."""
_INT_OFFSET = re.compile(r"# int register offset\s*(\d+)")
_PATH_MARK = "# inject move path"
_MOVE = re.compile(
    r"move(?P<kind>[jlp])\((?P<pose>p?)\[(?P<values>[^\]]*)\]\s*,\s*a=(?P<a>[-\d.e]+)\s*,\s*v=(?P<v>[-\d.e]+)"
)


@dataclass(frozen=True)
class PathMove:
    """One line of a path."""

    kind: str
    """'j' straight in joint space, 'l' or 'p' in tool space."""
    is_pose: bool
    """Whether the values are a pose of the TCP or joint positions."""
    values: tuple[float, ...]
    """[m, rad] or [rad], shape (6,)."""
    speed: float
    acceleration: float


@dataclass(frozen=True)
class Script:
    """One uploaded program."""

    name: str
    """Of its outermost function; empty when it has none."""
    offset: int = 0
    """First register that it uses: 0 or 24."""
    path: tuple[PathMove, ...] = ()
    """Moves that were put into the control program."""


class ScriptReader:
    """Collects lines of a connection until a program is complete."""

    def __init__(self) -> None:
        self._rest = ""
        self._lines: list[str] = []

    def feed(self, data: bytes) -> list[Script]:
        """Add bytes and return the programs that are now complete."""
        *lines, self._rest = (self._rest + data.decode("utf-8", "replace")).split("\n")
        scripts = []
        for line in lines:
            self._lines.append(line)
            if line.rstrip() == "end" and not line[:1].isspace():
                scripts.append(parse_script("\n".join(self._lines)))
                self._lines = []
        return scripts


def parse_script(text: str) -> Script:
    """Return what is used of a program's text."""
    name = re.search(r"^def\s+(\w+)\s*\(", text, re.MULTILINE)
    offset = _INT_OFFSET.search(text)
    _, _, injected = text.partition(_PATH_MARK)
    path = []
    for line in injected.splitlines()[1:]:
        if line.strip() == "end":
            break
        if found := _MOVE.search(line):
            values = tuple(float(value) for value in found["values"].split(","))
            path.append(PathMove(found["kind"], bool(found["pose"]), values, float(found["v"]), float(found["a"])))
    return Script(name[1] if name else "", int(offset[1]) if offset else 0, tuple(path))
