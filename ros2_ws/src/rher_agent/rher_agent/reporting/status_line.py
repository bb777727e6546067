# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How a run is doing, in one line: rewritten in a terminal, repeated every few seconds in a log."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

from rher_agent.runners.reports import EpisodeReport, EvaluationReport

TERMINAL_INTERVAL_S = 0.1
"""Least time between two rewrites in a terminal [s]."""
LOG_INTERVAL_S = 5.0
"""Least time between two lines of a log, evaluations apart [s]."""
RATE_WINDOW_S = 30.0
"""Time over which steps/s and updates/s are measured [s]."""
DEFAULT_COLUMNS = 80
"""Width of a terminal that does not tell its own."""
CLEAR_LINE = "\r\x1b[2K"
"""Return to the first column and erase the line (ECMA-48: CR, EL 2)."""
SEPARATOR = " | "


@dataclass(frozen=True)
class _Sample:
    """Counters at one time."""

    time_s: float
    episode: int
    env_steps: int
    updates: int


class StatusLine:
    """Shows the state of a run on a stream.

    The most important comes first, and what does not fit a terminal's width is left out from the end.
    """

    def __init__(self, stream: TextIO, *, clock: Callable[[], float], stages: Sequence[str], max_episodes: int) -> None:
        """Show nothing yet.

        Args:
            stream: Where to show; asked once whether it is a terminal.
            clock: Returns a time that only grows [s].
            stages: Names of the stages, easiest first.
            max_episodes: Training episodes after which the run gives up.
        """
        self._stream, self._clock = stream, clock
        self._stages = tuple(stages)
        self._max_episodes = max_episodes
        self._terminal = stream.isatty()
        self._report: EpisodeReport | None = None
        self._evaluation: EvaluationReport | None = None
        self._first: _Sample | None = None
        self._recent: deque[_Sample] = deque()
        self._shown_s = -math.inf
        self._is_open = False

    def episode(self, report: EpisodeReport) -> None:
        """Take note of a training episode and show it if it is time to."""
        now = self._clock()
        sample = _Sample(now, report.episode, report.env_steps, report.updates)
        self._report = report
        self._first = self._first or sample
        self._recent.append(sample)
        while len(self._recent) > 2 and self._recent[1].time_s <= now - RATE_WINDOW_S:
            self._recent.popleft()
        interval = TERMINAL_INTERVAL_S if self._terminal else LOG_INTERVAL_S
        if now - self._shown_s >= interval:
            self._show(now)

    def evaluation(self, report: EvaluationReport) -> None:
        """Take note of an evaluation and show it at once."""
        self._evaluation = report
        self._show(self._clock())

    def close(self, message: str) -> None:
        """End the line and leave a message below it."""
        if self._is_open:
            self._stream.write("\n")
            self._is_open = False
        self._stream.write(message + "\n")
        self._stream.flush()

    def _show(self, now: float) -> None:
        self._shown_s = now
        parts = self._parts(now)
        if self._terminal:
            self._stream.write(CLEAR_LINE + _fit(parts, _columns(self._stream) - 1))
            self._is_open = True
        else:
            self._stream.write(SEPARATOR.join(parts) + "\n")
        self._stream.flush()

    def _parts(self, now: float) -> list[str]:
        """Return what there is to say, the most important first."""
        report, evaluation = self._report, self._evaluation
        parts = []
        if report:
            parts.append(f"episode {report.episode}/{self._max_episodes}")
        if evaluation:
            strict = _percent(evaluation.strict_success_rate)
            parts.append(f"eval {_percent(evaluation.success_rate)} (strict {strict}) at {evaluation.episode}")
        if report:
            # Only episodes without a guide say how the last stage does.
            names = (*self._stages[:-1], f"{self._stages[-1]} alone")
            stages = zip(names, report.stage_success, strict=True)
            parts.append(" ".join(f"{name} {_percent(value)}" for name, value in stages))
        if report:
            parts.append(f"{self._time_left(now)} left")
            parts.append(f"guide {_percent(report.guide_share_before)}, {_percent(report.guide_share_after)} touching")
            oldest, newest = self._recent[0], self._recent[-1]
            elapsed = newest.time_s - oldest.time_s
            parts.append(f"{_rate(newest.env_steps - oldest.env_steps, elapsed)} steps/s")
            parts.append(f"{_rate(newest.updates - oldest.updates, elapsed)} updates/s")
            parts.append(f"{report.env_steps} steps")
        return parts

    def _time_left(self, now: float) -> str:
        """Return the time to the last episode at the pace so far, evaluations included."""
        if self._first is None or self._report is None or self._report.episode == self._first.episode:
            return "-"
        pace = (now - self._first.time_s) / (self._report.episode - self._first.episode)
        return _duration(pace * (self._max_episodes - self._report.episode))


def _fit(parts: Sequence[str], width: int) -> str:
    """Return as many of the first parts as fit; the first is cut if even it does not."""
    text = parts[0]
    for part in parts[1:]:
        longer = text + SEPARATOR + part
        if len(longer) > width:
            break
        text = longer
    return text[:width]


def _columns(stream: TextIO) -> int:
    """Return the width of a terminal now; people resize them."""
    return os.get_terminal_size(stream.fileno()).columns or DEFAULT_COLUMNS


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100.0 * share:.0f}%"


def _rate(count: int, elapsed_s: float) -> str:
    return f"{count / elapsed_s:.0f}" if elapsed_s > 0.0 else "-"


def _duration(seconds: float) -> str:
    """Return a duration as m:ss or h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
