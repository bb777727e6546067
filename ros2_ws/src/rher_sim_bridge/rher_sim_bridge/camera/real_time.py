# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""When a camera in real time takes its pictures, and when each of them is known."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PictureSchedule(Generic[T]):
    """Takes pictures at a steady rate and gives each away when its latency has passed. It reads no clock.

    Args:
        period: Between two captures [s].
        latency: From a capture to its picture [s].
        take: Takes a picture.
        give: Gives one away.
    """

    def __init__(self, period: float, latency: float, take: Callable[[], T], give: Callable[[T], None]) -> None:
        self._period, self._latency = period, latency
        self._take, self._give = take, give
        self._next_capture: float | None = None
        self._pending: deque[tuple[float, T]] = deque()

    def serve(self, now: float) -> float:
        """Do what is due; return when something is due next [s], on the clock of now [s]."""
        while self._pending and self._pending[0][0] <= now:
            self._give(self._pending.popleft()[1])
        if self._next_capture is None or now >= self._next_capture:
            # A capture that is late by a period or more moves those after it: a camera does not take two at once.
            due = now if self._next_capture is None else self._next_capture
            self._next_capture = (now if now - due >= self._period else due) + self._period
            picture = self._take()
            if self._latency > 0.0:
                self._pending.append((now + self._latency, picture))
            else:
                self._give(picture)
        return min(self._next_capture, *(due for due, _ in self._pending)) if self._pending else self._next_capture
