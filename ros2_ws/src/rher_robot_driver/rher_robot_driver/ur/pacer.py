# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps step with the controller: one servo tick for each of its cycles, and tells how well."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from rher_robot_driver.ur.protocol import Statistics

SPACING = 0.8
"""Before which no next cycle is looked for, in cycles."""
POLL = 0.05
"""Between two looks for the next cycle, in cycles; the vendor's client tells no other way."""
PATIENCE = 2.0
"""After which a tick comes although the controller's did not, in cycles."""
TRANSIT = 0.4
"""By which a cycle must have begun after a setpoint was sent to be another than the one that took it, in cycles."""
ARRIVALS = 20
"""Packages from whose arrival the controller's clock is told; the fastest of them was not held up."""
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
    may_move: bool
    """Whether that cycle takes a new setpoint: it began after the last setpoint was sent."""


class Pacer:
    """Waits for the controller's cycles.

    Setpoints that come so many metres apart are a speed only by the controller's clock, so that clock gives the pace:
    crystals differ, and either side may be late. A cycle that was missed is left out and counted, never made up for,
    and no cycle gets two setpoints: the arm's path is late then, but it does not leap.

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
        self._seen = self._used = self._timestamp()
        self._sent = -math.inf
        self._arrivals: deque[float] = deque(maxlen=ARRIVALS)
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
        before, latest = self._seen, self._woken + PATIENCE * self._period
        while not (may_move := self._look()) and time.monotonic() < latest:
            time.sleep(POLL * self._period)
        if may_move:
            self._late += max(0, round((self._seen - self._used) / self._period) - 1)
            self._used = self._seen
        now = time.monotonic()
        elapsed, self._woken = now - self._woken, now
        self._count(elapsed)
        return Tick(elapsed, is_new=self._seen != before, may_move=may_move)

    def sent(self) -> None:
        """Take note that a setpoint was sent just now."""
        self._sent = time.monotonic()

    def _look(self) -> bool:
        """Return whether there is a cycle that has no setpoint and began after the last one was sent."""
        stamp, now = self._timestamp(), time.monotonic()
        if stamp != self._seen:
            self._seen = stamp
            self._arrivals.append(now - stamp)
        if self._seen == self._used:
            return False
        begun = min(self._arrivals) + self._seen
        return begun >= self._sent + TRANSIT * self._period

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
