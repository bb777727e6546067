# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How far a matrix of runs is, and how long the rest will take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

S_PER_MIN = 60.0


class Progress:
    """Counts the runs of this call; those of a matrix may take very different times, so that the rest is a guess.

    Args:
        total: Runs to do.
        jobs: Runs at a time.
        clock: Tells time [s].
    """

    def __init__(self, total: int, jobs: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._total = total
        self._jobs = jobs
        self._ended = 0
        self._clock = clock
        self._begun = clock()
        self._lock = threading.Lock()

    def end_one(self) -> str:
        """Take note of the end of a run; return how far all are."""
        with self._lock:
            self._ended += 1
            so_far = self._clock() - self._begun
            told = f"{self._ended} of {self._total}, {so_far / S_PER_MIN:.0f} min so far"
            if self._ended < self._jobs:
                # Of those side by side with the first to end, most of the work is done too.
                return told
            left = so_far / self._ended * (self._total - self._ended)
            return f"{told}, some {left / S_PER_MIN:.0f} min left"
