# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How the arm process ends, and what that means."""

from __future__ import annotations

import signal

EXIT_DONE = 0
EXIT_PARAMETERS = 2
EXIT_CONTROLLER = 3
EXIT_LINK_LOST = 4

_MEANINGS = {
    EXIT_DONE: "it was asked to",
    EXIT_PARAMETERS: "its parameters are wrong",
    EXIT_CONTROLLER: "the controller cannot be used",
    EXIT_LINK_LOST: "the link to the controller is lost",
    -signal.SIGALRM: "the vendor's client waited for a silent controller without end",
    -signal.SIGSEGV: "the vendor's client crashed, as it does when its connection is lost",
}


def meaning(code: int) -> str:
    """Return what an exit code says, a negative one being a signal; empty when nothing is known."""
    return _MEANINGS.get(code, "")
