# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Refuses what comes again, comes late, or comes before its turn, in the order of episode and step."""

from __future__ import annotations

from rher_robot_driver.safety.admission.admission import REPEAT, Admission
from rher_robot_driver.safety.command import TwistCommand


class CommandOrder:
    """Admits the steps of the episode at hand, from 1 on and without gaps.

    The last step itself, sent again because its answer was lost, is a repeat: it is not executed again, but no fault.
    Must come after every link that refuses, because it remembers what it admits.
    """

    reason = "order"

    def __init__(self) -> None:
        self.count = 0
        self._last = (0, 0)

    def begin(self, episode: int) -> None:
        """Begin an episode: of every other one, nothing is admitted any more.

        Raises:
            ValueError: The episode is negative.
        """
        if episode < 0:
            raise ValueError(f"episode is {episode}; allowed: 0 or more")
        self._last = (episode, 0)

    def admit(self, command: TwistCommand, now_ns: int) -> Admission:
        """Judge a command."""
        episode, step = self._last
        if (command.episode, command.step) == self._last and step > 0:
            return Admission(None, reason=REPEAT)
        if (command.episode, command.step) != (episode, step + 1):
            self.count += 1
            return Admission(None, reason=self.reason)
        self._last = (command.episode, command.step)
        return Admission(command)
