# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Refuses commands while nothing recent was seen."""

from __future__ import annotations

import math

from rher_robot_driver.safety.admission.admission import Admission
from rher_robot_driver.safety.admission.freshness import NS_PER_S
from rher_robot_driver.safety.command import TwistCommand
from rher_robot_driver.safety.parameters import PERCEPTION_UNWATCHED


class PerceptionFreshness:
    """Admits commands while the newest observation of the objects is recent.

    A refused command does not renew the one before, so the arm comes to rest by the stale rule.

    Args:
        max_age: Greatest age of the newest observation [s]; PERCEPTION_UNWATCHED admits every command.

    Raises:
        ValueError: The age is negative.
    """

    reason = "perception"

    def __init__(self, max_age: float) -> None:
        if not (math.isfinite(max_age) and max_age >= 0.0):
            raise ValueError(f"max_age is {max_age} s; allowed: 0 or more")
        self.count = 0
        self._watched = max_age != PERCEPTION_UNWATCHED
        self._max_age_ns = round(max_age * NS_PER_S)
        self._newest_ns: int | None = None

    def seen(self, stamp_ns: int, now_ns: int) -> None:
        """Note an observation; one that comes late does not replace a newer one.

        One from further in the future than the greatest age is left out: it would stand in the way of all later ones.
        So would the newest when the clock was set back; then it is replaced.

        Args:
            stamp_ns: When it was made [ns], on the clock on which commands are judged.
            now_ns: Time on that clock [ns].
        """
        if stamp_ns - now_ns > self._max_age_ns:
            return
        newest_ns = self._newest_ns
        if newest_ns is None or stamp_ns > newest_ns or newest_ns - now_ns > self._max_age_ns:
            self._newest_ns = stamp_ns

    def admit(self, command: TwistCommand, now_ns: int) -> Admission:
        """Judge a command. An observation from the future shows clocks that do not agree, and does not count."""
        if self._watched and not (self._newest_ns is not None and 0 <= now_ns - self._newest_ns <= self._max_age_ns):
            self.count += 1
            return Admission(None, reason=self.reason)
        return Admission(command)
