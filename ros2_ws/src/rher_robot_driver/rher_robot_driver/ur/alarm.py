# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A limit on the vendor's calls that wait without one."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def fatal_after(timeout: float) -> Iterator[None]:
    """End this process by SIGALRM when the block takes longer than a time.

    Some of the vendor's calls hold the interpreter's lock while they wait for ever, so nothing in Python could break
    them off. A process that holds only this client may well end: the controller's watchdog stops the arm.

    Args:
        timeout: [s].
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
