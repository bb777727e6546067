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
    fatal_unless_renewed(timeout)
    try:
        yield
    finally:
        fatal_unless_renewed(0.0)


def fatal_unless_renewed(timeout: float) -> None:
    """End this process by SIGALRM after a time [s], unless this is called again before; 0 calls it off."""
    signal.setitimer(signal.ITIMER_REAL, timeout)
