# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One servo tick without any controller: commands in, setpoint and control periods out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from transforms3d.quaternions import quat2mat

from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.servo import TwistServo
from rher_robot_driver.ur.control_period import ControlPeriods, PeriodEnd
from rher_robot_driver.ur.protocol import ZERO_SIX, Measured, Move, Six

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ServoTick:
    """What a tick brings."""

    q: list[float] | None
    """Setpoint of the joints [rad]; None before the first reset."""
    position: tuple[float, float, float]
    """Of the TCP by that setpoint [m]."""
    ended: tuple[PeriodEnd, ...]
    """Control periods that ended with this tick, or just before it."""


class ServoLoop:
    """Feeds Moves to the servo and counts their control periods.

    Args:
        servo: With the whole motion chain in it.
        control_period: Time for which one command is held [s].
        servo_period: By which the servo advances in each tick [s].
    """

    def __init__(self, servo: TwistServo, control_period: float, servo_period: float) -> None:
        self.servo = servo
        self._periods = ControlPeriods(control_period, servo_period)
        self._pending: Move | None = None
        self._pose: tuple[Vector, Vector] = (np.zeros(3), np.eye(3))
        self._ready = False

    @property
    def at_rest(self) -> bool:
        """Whether the setpoints stand still."""
        return not self._ready or self.servo.at_rest

    def reset(self, q: Six) -> None:
        """Begin at rest from measured joint positions [rad]. A stop that is held stays held.

        Raises:
            ValueError: A joint or the TCP is outside its limits.
        """
        # Where a refused start leaves the servo, nothing may be ticked.
        self._ready = False
        self.servo.reset(q)
        self._pose = self.servo.ik.kinematics.forward(q)
        self._pending = None
        self._ready = True

    def move(self, move: Move) -> None:
        """Take a Move; it begins with the next tick. One that has not begun is forgotten."""
        self._pending = move

    def observe(self, measured: Measured, elapsed: float) -> None:
        """Let the monitors look at a measurement; one that objects stops the motion.

        Args:
            measured: The arm now.
            elapsed: Time since the last look [s].
        """
        self.servo.observe(_motion(measured), elapsed)

    def tick(self, elapsed: float, held: bool, resting: bool) -> ServoTick:
        """Advance by one servo period.

        Args:
            elapsed: Time since the last tick by the clock [s]; for ages only, the path advances by a servo period.
            held: Whether the setpoint is not followed: the arm is not ours, or something holds it.
            resting: Whether the arm is to come to rest whatever is asked.
        """
        twist: Six | None = None
        ended: list[PeriodEnd | None] = []
        if self._pending is not None:
            twist = self._pending.twist
            ended.append(self._periods.begin(self._pending, self._pose))
            self._pending = None
        if not self._ready:
            ended.append(self._periods.add(self._pose, (), stopped=True))
            return ServoTick(None, (0.0, 0.0, 0.0), _told(ended))
        setpoint = self.servo.tick(ZERO_SIX if resting else twist, elapsed)
        self._pose = (setpoint.position, setpoint.rotation)
        ended.append(self._periods.add(self._pose, setpoint.limited_by, held or self.servo.stopped))
        x, y, z = setpoint.position.tolist()
        return ServoTick(setpoint.q.tolist(), (x, y, z), _told(ended))


def _motion(measured: Measured) -> MeasuredMotion:
    return MeasuredMotion(
        np.array(measured.tcp_position),
        quat2mat(measured.tcp_orientation),
        np.array(measured.tcp_twist),
        np.array(measured.wrench),
    )


def _told(ended: list[PeriodEnd | None]) -> tuple[PeriodEnd, ...]:
    return tuple(end for end in ended if end is not None)
