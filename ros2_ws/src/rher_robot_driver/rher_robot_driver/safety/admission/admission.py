# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The verdict on a command, and what gives one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rher_robot_driver.safety.command import TwistCommand
from rher_robot_driver.safety.link import Link

REPEAT = "repeat"
"""Reason for the last command sent again: no fault, and to be answered with the state it already caused."""


@dataclass(frozen=True)
class Admission:
    """What became of a command."""

    command: TwistCommand | None
    """The command to execute; None when it was refused or is a repeat."""
    changed: bool = False
    """Whether the command differs from the one given."""
    reason: str = ""
    """The link that refused it, or the links that changed it, or 'repeat'; empty when it passed as it was."""

    @property
    def repeat(self) -> bool:
        """Whether the command is the last one sent again."""
        return self.command is None and self.reason == REPEAT


class AdmissionLink(Link, Protocol):
    """Judges commands by one rule."""

    def admit(self, command: TwistCommand, now_ns: int) -> Admission:
        """Judge a command.

        Args:
            command: As it came.
            now_ns: Time on the clock of the command's stamp [ns].
        """
