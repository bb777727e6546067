# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The stop that holds until somebody ends it."""

from __future__ import annotations

import logging

logger = logging.getLogger(__name__)


class Latch:
    """Holds a stop, with the reason that came first, until an explicit clear."""

    reason = "latch"

    def __init__(self) -> None:
        self.count = 0
        self.stop_reason = ""

    @property
    def stopped(self) -> bool:
        """Whether a stop is held."""
        return bool(self.stop_reason)

    def stop(self, reason: str) -> None:
        """Hold a stop. The first reason is kept: what follows is often only its consequence.

        Raises:
            ValueError: The reason is empty.
        """
        if not reason:
            raise ValueError("reason of a stop is empty; allowed: any text")
        if not self.stop_reason:
            self.stop_reason = reason
            self.count += 1
            logger.warning("stopped: %s", reason)

    def clear(self, reason: str) -> None:
        """End the stop, if one is held.

        Args:
            reason: Why the arm may move again, for the log.

        Raises:
            ValueError: The reason is empty.
        """
        if not reason:
            raise ValueError("reason of a clear is empty; allowed: any text")
        if self.stop_reason:
            logger.warning("stop '%s' cleared: %s", self.stop_reason, reason)
            self.stop_reason = ""
