# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""When the driver node hears of the arm: when a control period ends, when something changes, and now and then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rher_robot_driver.ur.channel import Channel
from rher_robot_driver.ur.control_period import PeriodEnd
from rher_robot_driver.ur.protocol import Answer, State


class Reporter:
    """Sends States and Answers. A node that does not read misses them; the servo loop never waits for it.

    Args:
        channel: To the driver node.
        ticks: Servo ticks between two States when nothing happens.
    """

    def __init__(self, channel: Channel, ticks: int) -> None:
        self._channel = channel
        self._interval = ticks
        self._ticks = 0
        self._told: object = None

    def answer(self, answer: Answer) -> None:
        """Send the outcome of a request."""
        self._channel.send(answer)

    def tick(self, now: Callable[[], State], ended: tuple[PeriodEnd, ...], status: object) -> None:
        """Send what is due with this servo tick.

        Args:
            now: Returns the State; called only when one is due.
            ended: Control periods that ended.
            status: What changes only when the node must hear of it at once.
        """
        self._ticks += 1
        changed, self._told = status != self._told, status
        if not (ended or changed or self._ticks >= self._interval):
            return
        self._ticks = 0
        state = now()
        for end in ended:
            self._channel.send(_with(state, end))
        if changed or not ended:
            self._channel.send(state)


def _with(state: State, end: PeriodEnd) -> State:
    """Return a State that also tells the end of a control period."""
    return replace(
        state,
        reason=state.reason or ", ".join(end.limited_by),
        period_end=True,
        episode=end.episode,
        step=end.step,
        executed_twist=end.executed_twist,
        clipped=end.clipped,
        stopped=end.stopped or state.stopped,
    )
