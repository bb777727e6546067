# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Control periods counted in servo ticks: when one ends, and what was executed over it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.orientation import orientation_error
from rher_robot_driver.ur.protocol import Move, Six

Vector = NDArray[np.float64]
Pose = tuple[Vector, Vector]
"""Position [m], shape (3,), and rotation matrix, shape (3, 3), of the TCP in base_link."""


@dataclass(frozen=True)
class PeriodEnd:
    """What happened over a control period; the fields are those of the State that tells it."""

    episode: int
    step: int
    executed_twist: Six
    clipped: bool
    stopped: bool
    limited_by: tuple[str, ...]


class ControlPeriods:
    """Counts the control periods that Moves begin.

    A period lasts control_period / servo_period ticks; where that is no whole number (125 Hz) the remainder is carried
    to the next period, so that no drift builds up. After a period without a new Move the same Move's period is counted
    again. A Move that comes before the first period of the one before it is over ends that period there.

    Args:
        control_period: Time for which one command is held [s].
        servo_period: Duration of a servo tick [s].

    Raises:
        ValueError: A control period is shorter than a tick.
    """

    def __init__(self, control_period: float, servo_period: float) -> None:
        self._exact = control_period / servo_period
        if not self._exact >= 1.0:
            raise ValueError(
                f"control_period is {control_period} s; allowed: at least the servo period, {servo_period} s"
            )
        self._servo_period = servo_period
        self._carry = self._carry_before = 0.0
        self._again = False
        self._move: Move | None = None
        self._length = self._ticks = 0
        self._start: Pose = (np.zeros(3), np.eye(3))
        self._end = self._start
        self._limits: dict[str, None] = {}
        self._stopped = False

    def begin(self, move: Move, pose: Pose) -> PeriodEnd | None:
        """Begin the period of a Move, with the tick to come.

        Args:
            move: The command.
            pose: Commanded before that tick.

        Returns:
            The period that the Move cut short, if one was running.
        """
        cut = self._finish() if self._move is not None and not self._again and self._ticks else None
        if self._again:
            # The count again of the period before is broken off, and with it its share of the remainder.
            self._carry = self._carry_before
        self._move = move
        self._begin(pose, again=False)
        return cut

    def add(self, pose: Pose, limited_by: tuple[str, ...], stopped: bool) -> PeriodEnd | None:
        """Count one tick.

        Args:
            pose: Commanded at the end of the tick.
            limited_by: Limits that changed the motion in it.
            stopped: Whether the motion was stopped in it.

        Returns:
            The period, if it ended with this tick.
        """
        if self._move is None:
            return None
        self._ticks += 1
        self._end = pose
        self._stopped = self._stopped or stopped
        if limited_by:
            self._limits.update(dict.fromkeys(limited_by))
        if self._ticks < self._length:
            return None
        ended = self._finish()
        self._begin(pose, again=True)
        return ended

    def _begin(self, pose: Pose, again: bool) -> None:
        self._again = again
        self._carry_before = self._carry
        exact = self._exact + self._carry
        self._length = max(1, round(exact))
        self._carry = exact - self._length
        self._ticks = 0
        self._start = pose
        self._limits.clear()
        self._stopped = False

    def _finish(self) -> PeriodEnd:
        assert self._move is not None
        move = self._move
        changed = tuple(part for part in move.changed.split(", ") if part)
        executed = move.twist
        if self._limits or self._stopped:
            executed = self._mean_twist()
        return PeriodEnd(
            episode=move.episode,
            step=move.step,
            executed_twist=executed,
            clipped=bool(self._limits or changed),
            stopped=self._stopped,
            limited_by=(*changed, *self._limits),
        )

    def _mean_twist(self) -> Six:
        duration = self._ticks * self._servo_period
        (start, start_rotation), (end, end_rotation) = self._start, self._end
        turn = orientation_error(end_rotation, start_rotation)
        vx, vy, vz, wx, wy, wz = (np.concatenate((end - start, turn)) / duration).tolist()
        return vx, vy, vz, wx, wy, wz
