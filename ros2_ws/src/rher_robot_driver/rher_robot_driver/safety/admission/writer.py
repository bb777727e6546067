# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One writer holds the arm at a time, and hands it over explicitly."""

from __future__ import annotations

import logging

from rher_robot_driver.safety.admission.admission import Admission
from rher_robot_driver.safety.command import TwistCommand

logger = logging.getLogger(__name__)


class SingleWriter:
    """Admits commands of the writer that holds the arm.

    Args:
        writer: Who holds the arm first.

    Raises:
        ValueError: The writer has no name.
    """

    reason = "writer"

    def __init__(self, writer: str) -> None:
        if not writer:
            raise ValueError("writer is empty; allowed: a name")
        self.count = 0
        self.holder = writer

    def hand_over(self, giver: str, taker: str) -> None:
        """Give the arm to another writer.

        Raises:
            ValueError: The giver does not hold the arm, or the taker has no name.
        """
        if giver != self.holder:
            raise ValueError(f"giver is '{giver}'; allowed: '{self.holder}', who holds the arm")
        if not taker:
            raise ValueError("taker is empty; allowed: a name")
        self.holder = taker
        logger.info("'%s' hands the arm over to '%s'", giver, taker)

    def admit(self, command: TwistCommand, now_ns: int) -> Admission:
        """Judge a command."""
        if command.writer != self.holder:
            self.count += 1
            return Admission(None, reason=self.reason)
        return Admission(command)
