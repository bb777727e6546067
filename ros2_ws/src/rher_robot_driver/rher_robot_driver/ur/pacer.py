# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps step with the controller: one servo tick for each of its cycles, and tells how well."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from rher_robot_driver.ur.protocol import Statistics

SPACING = 0.8
"""Shortest time between two ticks, in cycles: two setpoints within one cycle would be a leap."""
POLL = 0.05
"""Between two looks for the next cycle, in cycles; the vendor's client tells no other way."""
PATIENCE = 2.0
"""After which a tick comes although the controller's did not, in cycles."""
BINS_PER_PERIOD = 50
LONGEST_BIN = 4
"""Cycles from which all longer periods share a bin of the histogram."""


@dataclass(frozen=True)
class Tick:
    """A servo period that begins."""

    elapsed: float
    """Time since the last tick, on CLOCK_MONOTONIC [s]."""
    is_new: bool
    """Whether the controller began a new cycle; if not, it is silent."""


class Pacer:
    """Waits for the controller's cycles.

    Setpoints that come so many metres apart are a speed only by the controller's clock, so that clock gives the pace:
    crystals differ, and either side may be late. A cycle that was missed is left out and counted, never made up for:
    the arm's path is late then, but it does not leap.

    Args:
        period: Of the controller's cycle [s].
        timestamp: Returns the controller's time as last heard [s].
    """

    def __init__(self, period: float, timestamp: Callable[[], float]) -> None:
        self._period = period
        self._timestamp = timestamp
        self.restart()

    def restart(self) -> None:
        """Begin anew from now, with new statistics."""
        self._woken = time.monotonic()
        self._seen = self._timestamp()
        self._ticks = self._late = 0
        self._mean = self._squares = self._longest = 0.0
        self._histogram = [0] * (LONGEST_BIN * BINS_PER_PERIOD + 1)

    @property
    def statistics(self) -> Statistics:
        """How well step is kept since the last restart."""
        return Statistics(
            ticks=self._ticks,
            late_ticks=self._late,
            period_mean=self._mean,
            period_deviation=math.sqrt(self._squares / self._ticks) if self._ticks else 0.0,
            period_p99=self._percentile(0.99),
            period_longest=self._longest,
        )

    def wait(self) -> Tick:
        """Wait for the controller's next cycle, but not much longer than it should take."""
        pause = self._woken + SPACING * self._period - time.monotonic()
        while pause > 0.0:
            time.sleep(pause)
            pause = self._woken + SPACING * self._period - time.monotonic()
        latest = self._woken + PATIENCE * self._period
        while (stamp := self._timestamp()) == self._seen and time.monotonic() < latest:
            time.sleep(POLL * self._period)
        now = time.monotonic()
        elapsed, self._woken = now - self._woken, now
        is_new = stamp != self._seen
        if is_new:
            self._late += max(0, round((stamp - self._seen) / self._period) - 1)
            self._seen = stamp
        self._count(elapsed)
        return Tick(elapsed, is_new)

    def _count(self, elapsed: float) -> None:
        """Welford's running mean and sum of squared deviations."""
        self._ticks += 1
        from_mean = elapsed - self._mean
        self._mean += from_mean / self._ticks
        self._squares += from_mean * (elapsed - self._mean)
        self._longest = max(self._longest, elapsed)
        self._histogram[min(int(elapsed / self._period * BINS_PER_PERIOD), len(self._histogram) - 1)] += 1

    def _percentile(self, share: float) -> float:
        """Return the upper end of the bin in which a share of all periods is reached [s]; 0 when there are none."""
        left = share * self._ticks
        for index, count in enumerate(self._histogram):
            left -= count
            if left <= 0.0 and self._ticks:
                return (index + 1) * self._period / BINS_PER_PERIOD
        return 0.0
