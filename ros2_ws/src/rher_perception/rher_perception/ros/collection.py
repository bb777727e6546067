# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The two ways in which the samples of a calibration come about: the arm moves by itself, or a person moves it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from rher_interfaces.msg import ArmState

from rher_perception.calibration.approach import Approach
from rher_perception.calibration.collector import Outcome, SampleCollector, Taking
from rher_perception.calibration.report import progress_line
from rher_perception.calibration.tool_orientation import ToolPose
from rher_perception.ros.arm_link import ArmHeldError, ArmLink
from rher_perception.ros.spinner import Spinner
from rher_perception.ros.target_watch import TargetWatch

ANSWER_TIME = 1.0
"""Wait for the state that a command causes, before it is sent again [s]."""
TRIES = 5
"""How often a command is sent: a message may be lost, and one that comes twice changes nothing."""
REST_TIME = 2.0
"""Longest wait for the arm to come to rest [s]."""
REST_SPEED = 0.002
"""Of the TCP that counts as rest [m/s]."""
REPEAT_PERIOD = 3.0
"""Least time before the same advice is told again [s]."""
NO_PICTURE = "no picture came while the arm rested"
Tell = Callable[[str], None]


class CommandedCollection:
    """Leads the arm from pose to pose and takes a sample at each.

    Args:
        link: The arm, which must be ours.
        watch: The camera.
        collector: Takes the samples.
        spinner: Waits.
        tell: Tells people a line.
        wanted: Samples that are asked for.
    """

    def __init__(
        self,
        link: ArmLink,
        watch: TargetWatch,
        collector: SampleCollector,
        spinner: Spinner,
        tell: Tell,
        wanted: int,
    ) -> None:
        self._link, self._watch, self._collector = link, watch, collector
        self._spinner, self._tell, self._wanted = spinner, tell, wanted

    @property
    def complete(self) -> bool:
        """Whether there are enough samples, and of every kind."""
        return is_complete(self._collector, self._wanted)

    def collect(
        self,
        plan: Sequence[ToolPose],
        speed: float,
        turn_speed: float,
        period: float,
        patience: float,
        time_limit: float,
    ) -> None:
        """Visit the poses of a plan until the set is complete.

        Args:
            plan: Where to go.
            speed: Of the TCP [m/s].
            turn_speed: Of the tool [rad/s].
            period: For which one command is held [s].
            patience: Time at a pose after which it is skipped [s].
            time_limit: Time after which the rest of the plan is left out [s].

        Raises:
            ArmHeldError: The arm does not do what is commanded.
            ApproachError: The arm does not get to a pose.
            WatchError: The camera is not as it must be.
            InterruptedByPerson: A person wants to end it.
        """
        began, before = time.monotonic(), len(self._collector.samples)
        for goal in plan:
            if self.complete or time.monotonic() - began > time_limit:
                return
            self._go(Approach(goal, speed, turn_speed, period))
            taking = self.look(patience)
            taken = len(self._collector.samples)
            if taking.outcome is not Outcome.TAKEN:
                self._tell(f"skipped: {taking.reason}")
                continue
            each = (time.monotonic() - began) / max(taken - before, 1)
            left = max(self._wanted - taken, 0) * each
            # Only the whole plan offers all motions: before, their absence tells nothing.
            missing = self._collector.missing_motions() if taken >= self._wanted else ()
            self._tell(progress_line(taken, self._wanted, missing, left))

    def look(self, patience: float) -> Taking:
        """Return what came of standing here: taken, known, or the last reason for neither.

        Args:
            patience: Longest time [s].

        Raises:
            ArmHeldError: Something holds the arm.
            WatchError: The camera is not as it must be.
            InterruptedByPerson: A person wants to end it.
        """
        self._watch.forget()
        deadline = time.monotonic() + patience
        last: Taking | None = None
        while (left := deadline - time.monotonic()) > 0.0:
            if taking := next_taking(self._watch, self._spinner, left):
                if taking.outcome in (Outcome.TAKEN, Outcome.KNOWN):
                    return taking
                if taking.outcome is not Outcome.COLLECTING:
                    last = taking
            self._link.check()
        return last or Taking(Outcome.UNSEEN, self._watch.mismatch or NO_PICTURE)

    def rest(self) -> None:
        """Bring the arm to rest, whatever it was doing; a held arm rests already."""
        if self._link.state is None or self._link.state.safety != ArmState.NORMAL:
            return
        self._link.send(np.zeros(6))
        self._spinner.until(lambda: self._link.answered and self._link.speed < REST_SPEED, REST_TIME)

    def _go(self, approach: Approach) -> None:
        self._link.begin()
        while True:
            self._wait_for_answer()
            self._link.check()
            twist = approach.next_twist(ToolPose.of(self._link.pose))
            if twist is None:
                return
            self._link.send(twist)

    def _wait_for_answer(self) -> None:
        for left in reversed(range(TRIES)):
            if self._spinner.until(self._has_news, ANSWER_TIME):
                return
            if left:
                self._link.send_again()
        raise ArmHeldError(f"the driver does not answer a command within {TRIES * ANSWER_TIME:.0f} s")

    def _has_news(self) -> bool:
        return self._link.answered or self._link.is_held


class GuidedCollection:
    """Takes a sample whenever a person has brought the arm to rest at a new pose.

    Args:
        watch: The camera.
        collector: Takes the samples.
        spinner: Waits.
        tell: Tells people a line.
        wanted: Samples that are asked for.
    """

    def __init__(
        self, watch: TargetWatch, collector: SampleCollector, spinner: Spinner, tell: Tell, wanted: int
    ) -> None:
        self._watch, self._collector = watch, collector
        self._spinner, self._tell, self._wanted = spinner, tell, wanted

    def collect(self, time_limit: float) -> None:
        """Take samples until the set is complete or a time is over [s].

        Raises:
            WatchError: The camera is not as it must be.
            InterruptedByPerson: A person wants to end it.
        """
        deadline = time.monotonic() + time_limit
        told, told_at = "", 0.0
        while not is_complete(self._collector, self._wanted):
            taking = next_taking(self._watch, self._spinner, min(deadline - time.monotonic(), REPEAT_PERIOD))
            now = time.monotonic()
            if taking is not None and taking.outcome is Outcome.TAKEN:
                taken, missing = len(self._collector.samples), self._collector.missing_motions()
                self._tell(progress_line(taken, self._wanted, missing, deadline - now))
                told, told_at = "", now
                continue
            advice = self._watch.mismatch if taking is None else taking.reason
            if advice and advice != told and now - told_at > REPEAT_PERIOD:
                self._tell(advice)
                told, told_at = advice, now
            if taking is None and now >= deadline:
                self._tell("the time is over")
                return


def next_taking(watch: TargetWatch, spinner: Spinner, seconds: float) -> Taking | None:
    """Return what comes of the next picture of a standstill; None when there is none within a time [s].

    Raises:
        WatchError: The camera is not as it must be.
        InterruptedByPerson: A person wants to end it.
    """
    seen: list[Taking] = []

    def judged() -> bool:
        if taking := watch.look():
            seen.append(taking)
        return bool(seen)

    spinner.until(judged, seconds)
    return seen[0] if seen else None


def is_complete(collector: SampleCollector, wanted: int) -> bool:
    """Return whether there are enough samples, and of every kind."""
    return len(collector.samples) >= wanted and not collector.lacks()
