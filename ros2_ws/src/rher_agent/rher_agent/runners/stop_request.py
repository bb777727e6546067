# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a signal asks of a run: to end after the episode or evaluation under way."""

from __future__ import annotations

from types import FrameType


class StopRequest:
    """Tells whether a signal has asked the process to stop.

    It is a plain flag: a signal handler interrupts whoever holds a lock, so it must take none, and ROS takes some.
    """

    def __init__(self) -> None:
        self._made = False

    def __call__(self) -> bool:
        """Tell whether it was made."""
        return self._made

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Make it; a signal handler."""
        self._made = True
