# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps a fixed period against absolute deadlines, and tells how well."""

from __future__ import annotations

import math
import time

from rher_robot_driver.ur.protocol import Statistics


class Pacer:
    """Waits for the next of a row of deadlines that are whole periods apart on CLOCK_MONOTONIC.

    Nothing drifts: a wake-up that is late does not shift the deadlines after it. A deadline that has passed by a whole
    period is left out and counted, never made up for: the arm's path is late then, but it does not leap.

    Args:
        period: Between two deadlines [s].
    """

    def __init__(self, period: float) -> None:
        self._period_ns = round(period * 1e9)
        self.restart()

    def restart(self) -> None:
        """Begin a new row of deadlines from now, and new statistics."""
        self._woken_ns = self._deadline_ns = time.monotonic_ns()
        self._ticks = self._late = self._longest_ns = 0
        self._mean = self._squares = 0.0

    @property
    def statistics(self) -> Statistics:
        """How well the period is kept since the last restart."""
        deviation = math.sqrt(self._squares / self._ticks) if self._ticks else 0.0
        return Statistics(
            ticks=self._ticks,
            late_ticks=self._late,
            period_mean=self._mean * 1e-9,
            period_deviation=deviation * 1e-9,
            period_longest=self._longest_ns * 1e-9,
        )

    def wait(self) -> float:
        """Wait for the next deadline.

        Returns:
            Time since the last return, or restart [s].
        """
        now = time.monotonic_ns()
        self._deadline_ns += self._period_ns
        missed = max(0, now - self._deadline_ns) // self._period_ns
        self._deadline_ns += missed * self._period_ns
        self._late += missed
        if now < self._deadline_ns:
            time.sleep((self._deadline_ns - now) * 1e-9)
            now = time.monotonic_ns()
        elapsed = now - self._woken_ns
        self._woken_ns = now
        self._count(elapsed)
        return elapsed * 1e-9

    def _count(self, elapsed_ns: int) -> None:
        """Welford's running mean and sum of squared deviations."""
        self._ticks += 1
        from_mean = elapsed_ns - self._mean
        self._mean += from_mean / self._ticks
        self._squares += from_mean * (elapsed_ns - self._mean)
        self._longest_ns = max(self._longest_ns, elapsed_ns)
