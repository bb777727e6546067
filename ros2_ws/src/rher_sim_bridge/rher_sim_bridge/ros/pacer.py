# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pacing of simulated time against wall time, for watching."""

from __future__ import annotations

import math

from rher_agent.worlds.state import NS_PER_S

MIN_FACTOR = 0.1
"""Slowest pace: slower, a policy would take the time for which it waits on a control period for the world's death."""
MAX_DEBT = 1.0
"""Wall time by which the simulation may be late and still catch up [s]; after a longer pause it starts afresh."""


class Pacer:
    """Tells how long an answer has to wait so that simulated time keeps a given pace. It reads no clock.

    Args:
        real_time_factor: Simulated seconds per second of wall time; 0 for as fast as possible.

    Raises:
        ValueError: The factor is not finite, or neither 0 nor at least MIN_FACTOR.
    """

    def __init__(self, real_time_factor: float) -> None:
        if not (math.isfinite(real_time_factor) and (real_time_factor == 0.0 or real_time_factor >= MIN_FACTOR)):
            raise ValueError(
                f"real_time_factor is {real_time_factor}; allowed: 0 (as fast as possible), or {MIN_FACTOR} and more"
            )
        self._factor = real_time_factor
        self._anchor: tuple[int, int] | None = None

    def restart(self) -> None:
        """Pace from the next step on: a reset takes simulated time that nobody watches, and who waits gives up."""
        self._anchor = None

    def delay(self, sim_ns: int, wall_ns: int) -> float:
        """Return the time to wait before simulated time may be shown [s].

        Args:
            sim_ns: Simulated time reached [ns].
            wall_ns: Wall time now, on any clock that only goes forward [ns].
        """
        if self._factor == 0.0:
            return 0.0
        if self._anchor is None:
            self._anchor = (sim_ns, wall_ns)
        sim_start, wall_start = self._anchor
        delay = ((sim_ns - sim_start) / self._factor - (wall_ns - wall_start)) / NS_PER_S
        if delay < -MAX_DEBT:
            self._anchor = (sim_ns, wall_ns)
        return max(0.0, delay)
