# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Waits for what callbacks bring, and lets a person interrupt it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rclpy.executors import Executor

SPIN = 0.05
"""Longest time in which an interruption is not noticed [s]."""


class InterruptedByPerson(Exception):  # noqa: N818 - nothing is wrong
    """A person wants the command to end."""


class Spinner:
    """Serves callbacks while something is waited for.

    Args:
        executor: Serves them.
        interrupted: Set by whoever wants the command to end, such as a signal handler.
    """

    def __init__(self, executor: Executor, interrupted: threading.Event) -> None:
        self._executor = executor
        self._interrupted = interrupted

    def check(self) -> None:
        """Look whether a person wants the command to end; one interruption is told once.

        Raises:
            InterruptedByPerson: Somebody does.
        """
        if self._interrupted.is_set():
            self._interrupted.clear()
            raise InterruptedByPerson

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Serve callbacks until a condition holds; return whether it did within a time [s].

        Raises:
            InterruptedByPerson: A person wants the command to end.
        """
        deadline = time.monotonic() + seconds
        while not (done := condition()) and time.monotonic() < deadline:
            self.check()
            self._executor.spin_once(timeout_sec=SPIN)
        return done
