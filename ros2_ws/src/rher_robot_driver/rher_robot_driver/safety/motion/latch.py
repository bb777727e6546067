# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The stop that holds until somebody ends it, and the rules for ending it."""

from __future__ import annotations

import logging
from collections import deque

from rher_robot_driver.safety.recovery_rules import RecoveryRules

logger = logging.getLogger(__name__)


class ClearRefusedError(RuntimeError):
    """A stop cannot be cleared yet; the message says what is missing."""


class Latch:
    """Holds a stop, with the reason that came first, until an explicit clear.

    Args:
        rules: Time at rest before a clear, and how many clears.
    """

    reason = "latch"

    def __init__(self, rules: RecoveryRules) -> None:
        self.count = 0
        self.stop_reason = ""
        self._rules = rules
        self._now = 0.0
        self._rest = 0.0
        self._clears: deque[float] = deque()

    @property
    def stopped(self) -> bool:
        """Whether a stop is held."""
        return bool(self.stop_reason)

    def advance(self, elapsed: float, at_rest: bool) -> None:
        """Let time pass [s], with the arm at rest or not."""
        self._now += elapsed
        self._rest = self._rest + elapsed if at_rest and self.stop_reason else 0.0

    def stop(self, reason: str) -> None:
        """Hold a stop. The first reason is kept: what follows is often only its consequence.

        Raises:
            ValueError: The reason is empty.
        """
        if not reason:
            raise ValueError("reason of a stop is empty; allowed: any text")
        if not self.stop_reason:
            self.stop_reason = reason
            self._rest = 0.0
            self.count += 1
            logger.warning("stopped: %s", reason)

    def clear(self, reason: str) -> None:
        """End the stop, if one is held.

        Args:
            reason: Why the arm may move again, for the log.

        Raises:
            ValueError: The reason is empty.
            ClearRefusedError: The arm did not rest long enough, or too many stops were cleared.
        """
        if not reason:
            raise ValueError("reason of a clear is empty; allowed: any text")
        if not self.stop_reason:
            return
        rules = self._rules
        if self._rest < rules.cool_down:
            raise ClearRefusedError(
                f"the arm rests since {self._rest:.2f} s; a stop can be cleared after {rules.cool_down:g} s at rest"
            )
        while self._clears and self._now - self._clears[0] >= rules.window:
            self._clears.popleft()
        if len(self._clears) >= rules.max_clears:
            wait = rules.window - (self._now - self._clears[0])
            raise ClearRefusedError(
                f"{rules.max_clears} stops were cleared within {rules.window:g} s; find the cause, then clear in "
                f"{wait:.0f} s or start anew"
            )
        self._clears.append(self._now)
        logger.warning("stop '%s' cleared: %s", self.stop_reason, reason)
        self.stop_reason = ""
