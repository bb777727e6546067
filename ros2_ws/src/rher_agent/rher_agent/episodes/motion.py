# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One motion of the arm: steps that are commanded one after the other, each when the one before has ended."""

from __future__ import annotations

import numpy as np

from rher_agent.episodes.mover import Mover, NoProgressError
from rher_agent.episodes.orders import Command
from rher_agent.episodes.readings import ArmReading
from rher_agent.worlds.state import Vector

FIRST_EPISODE = 2**31
"""Of the numbers of these motions; no learner counts so far."""
EPISODES = 2**31 - 1
"""How many numbers there are; the greatest of all belongs to the driver's own motions."""
RESEND = 0.3
"""Time without an answer after which a command is sent again [s]: longer than a control period."""
SILENCE = 3.0
"""Time without an answer after which the motion has failed [s]."""
LATE = 5
"""Steps in a row that may be stopped; a busy computer makes one late now and then."""

PAUSE = 0.3
"""Wait after a stopped step [s]: the driver answers at once while it sees no pictures, and a hiccup must not use up all
tries."""

ELSEWHERE = 0.1
"""So far from where it was stopped an arm did not only come to rest [m]: a brake's way is 0.08 m."""


class MotionFailedError(Exception):
    """The arm does not do what is commanded; the message tells why."""


class EpisodeNumbers:
    """Counts the episodes of the manager's own motions."""

    def __init__(self) -> None:
        self._used = 0

    def next(self) -> int:
        """Return a number that was not in use lately."""
        number = FIRST_EPISODE + self._used % EPISODES
        self._used += 1
        return number


class Motion:
    """Commands what a mover wants.

    Args:
        mover: Knows the way.
        numbers: For the episodes of its steps.
    """

    def __init__(self, mover: Mover, numbers: EpisodeNumbers) -> None:
        self._mover = mover
        self._numbers = numbers
        self._episode = numbers.next()
        self._step = 0
        self._command: Command | None = None
        self._sent = self._asked = 0.0
        self._late = 0
        self._stopped_at: Vector | None = None
        self._not_before = 0.0
        self.is_done = False
        """Whether the end is reached."""

    def hear(self, arm: ArmReading) -> None:
        """Take a state of the arm: the answer to the last command, perhaps.

        Raises:
            MotionFailedError: Too many steps in a row were stopped.
        """
        command = self._command
        if command is None or (arm.episode, arm.step) != (command.episode, command.step):
            return
        self._command = None
        if not arm.stopped:
            self._late = 0
            self._stopped_at = None
            return
        self._late += 1
        if self._late > LATE:
            raise MotionFailedError(arm.stopped)
        # The driver executes nothing more of an episode with a stopped step.
        self._episode, self._step = self._numbers.next(), 0
        self._not_before = arm.heard + PAUSE
        if self._stopped_at is None:
            self._stopped_at = arm.position

    def advance(self, arm: ArmReading, now: float) -> Command | None:
        """Return the command that is due.

        Args:
            arm: The newest state.
            now: Time [s].

        Raises:
            MotionFailedError: The arm does not get on, does not answer, or was moved by somebody else.
        """
        if self._command is not None:
            if now - self._asked > SILENCE:
                raise MotionFailedError(f"no answer from the driver in {SILENCE} s")
            if now - self._sent < RESEND:
                return None
            self._sent = now
            return self._command
        if now < self._not_before:
            return None
        if self._stopped_at is not None and np.linalg.norm(arm.position - self._stopped_at) > ELSEWHERE:
            # The way was planned from another place.
            raise MotionFailedError("something else moved the arm")
        try:
            twist = self._mover.next_twist(arm.position, arm.orientation, arm.speed)
        except NoProgressError as error:
            raise MotionFailedError(str(error)) from error
        if twist is None:
            self.is_done = True
            return None
        self._step += 1
        self._command = Command(self._episode, self._step, twist)
        self._sent = self._asked = now
        return self._command
