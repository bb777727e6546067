# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""ProcessOutput: lines of a process, labelled and sent to the screen, to ``launch.log`` or to both."""

from __future__ import annotations

import time
from collections.abc import Mapping

from .logging import launch_config

_STANDARD: dict[str, dict[str, set[str]]] = {
    "screen": {"stdout": {"screen"}, "stderr": {"screen"}},
    "log": {"stdout": {"log"}, "stderr": {"log", "screen"}},
    "both": {"stdout": {"log", "screen"}, "stderr": {"log", "screen"}},
}


def destinations(output: str | Mapping[str, str | set[str]]) -> dict[str, set[str]]:
    """Return the destinations of stdout and stderr for the ``output`` of an action.

    Args:
        output: ``screen``, ``log`` (stderr goes to the screen as well) or ``both``; or a mapping from ``stdout``,
            ``stderr`` or ``both`` to ``screen``, ``log`` or a set of them.

    Raises:
        ValueError: The output is another one.
    """
    if isinstance(output, str):
        if output not in _STANDARD:
            raise ValueError(f"output {output!r} is none of 'screen', 'log', 'both'")
        return _STANDARD[output]
    chosen: dict[str, set[str]] = {"stdout": set(), "stderr": set()}
    for source, places in output.items():
        wanted = {places} if isinstance(places, str) else set(places)
        if source not in ("stdout", "stderr", "both") or not wanted <= {"screen", "log"}:
            raise ValueError(
                f"output {{{source!r}: {places!r}}} is outside the subset; sources are 'stdout', 'stderr', 'both', "
                "destinations are 'screen', 'log'"
            )
        for name in ("stdout", "stderr") if source == "both" else (source,):
            chosen[name] |= wanted
    return chosen


class ProcessOutput:
    """Splits the output of a process into lines and writes each with the label of the process.

    Text after a carriage return replaces the text before it, as on a terminal; what is not yet a whole line is
    shown as the status line of the screen if the process believes to have a terminal.
    """

    def __init__(self, label: str, places: dict[str, set[str]], live: bool) -> None:
        self._label = label
        self._places = places
        self._live = live
        self._pending = {"stdout": "", "stderr": ""}

    def write(self, source: str, text: str) -> None:
        """Take a piece of output of ``stdout`` or ``stderr``; an empty text ends it."""
        *lines, pending = (self._pending[source] + text).split("\n")
        if text == "" and pending:
            lines, pending = [pending], ""
        for line in lines:
            self._write_line(source, line)
        if self._live:
            status = _overwritten(pending)
            if "screen" in self._places[source] and (status or self._pending[source]):
                launch_config.screen.show_status(f"[{self._label}] {status}" if status else "")
            pending = f"{status}\r" if pending.endswith("\r") else status
        self._pending[source] = pending

    def _write_line(self, source: str, line: str) -> None:
        if self._live:
            line = _overwritten(line)
        labelled = f"[{self._label}] {line}"
        if "screen" in self._places[source]:
            launch_config.screen.write_line(labelled)
        if "log" in self._places[source]:
            launch_config.log_file.write(f"{time.time():.7f} {labelled}\n")


def _overwritten(text: str) -> str:
    """Return what a terminal still shows of ``text``: the part after the last carriage return that has one."""
    return text.rstrip("\r").rpartition("\r")[2]
