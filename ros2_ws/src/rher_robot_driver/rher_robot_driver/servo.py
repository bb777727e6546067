# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From a twist to joint setpoints: the motion chain and the differential inverse kinematics, joined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.differential_ik import DifferentialIk
from rher_robot_driver.safety.motion.chain import MotionChain

Vector = NDArray[np.float64]

JOINT_LIMIT = "joint_limit"
JOINT_SPEED = "joint_speed"
TRACKING = "tracking"
MAX_LAG = 0.005
"""Distance between the commanded TCP and the one the joints give at which the motion stops [m]."""


@dataclass(frozen=True, eq=False, slots=True)
class ServoSetpoint:
    """What the arm is told at the end of a servo tick, in base_link."""

    q: Vector
    """Joint positions [rad], shape (6,)."""
    position: Vector
    """Of the TCP [m], shape (3,)."""
    rotation: Vector
    """Of the TCP, shape (3, 3)."""
    twist: Vector
    """Velocity of the TCP over the tick: linear [m/s], then angular [rad/s], shape (6,)."""
    limited_by: tuple[str, ...]
    """Reasons of the limits that changed the motion asked for."""


class TwistServo:
    """Turns twists into joint setpoints within all limits.

    A setpoint that would break a joint limit or a joint speed limit, or that the joints cannot follow, is not given:
    the joints hold where they are, at once, and the chain is stopped until clear.

    Args:
        ik: Follows the commanded pose with the joints.
        chain: Limits the commanded pose.
    """

    def __init__(self, ik: DifferentialIk, chain: MotionChain) -> None:
        self.ik = ik
        self.chain = chain
        model = ik.kinematics.model
        self._limits = tuple(zip(model.joint_lower, model.joint_upper, model.joint_speed_limits, strict=True))
        self._q: Vector | None = None
        self._position = np.zeros(3)
        self._rotation = np.eye(3)

    def reset(self, q: Vector | Sequence[float]) -> None:
        """Begin at rest from joint positions. A stop that is held stays held.

        Args:
            q: Joint positions [rad], shape (6,).

        Raises:
            ValueError: A joint is beyond its limits, or the TCP is outside the limits of the chain.
        """
        start = np.array(q, dtype=np.float64)
        for i, (value, (lower, upper, _)) in enumerate(zip(start.tolist(), self._limits, strict=True)):
            if not lower <= value <= upper:
                raise ValueError(f"joint {i + 1} is at {value} rad; allowed: {lower} to {upper} rad")
        position, rotation = self.ik.kinematics.forward(start)
        self.chain.reset(position, rotation)
        self._q, self._position, self._rotation = start, position, rotation

    def tick(self, twist: Vector | Sequence[float] | None, dt: float) -> ServoSetpoint:
        """Advance by one servo tick; the arguments are those of MotionChain.tick.

        Raises:
            ValueError: dt is not a positive finite time, or the twist has not six components.
            RuntimeError: There was no reset before.
        """
        if self._q is None:
            raise RuntimeError("the servo has no joints to start from; call reset first")
        held = self.chain.stopped and self.chain.at_rest
        setpoint = self.chain.tick(twist, dt)
        if held:
            return ServoSetpoint(self._q, setpoint.position, setpoint.rotation, setpoint.twist, setpoint.limited_by)
        q = self.ik.track(self._q, setpoint.position, setpoint.rotation)
        breach = self._breach(q, setpoint.position, dt)
        if breach:
            self.chain.stop(breach)
            self.chain.reset(self._position, self._rotation)
            return ServoSetpoint(self._q, self._position, self._rotation, np.zeros(6), (*setpoint.limited_by, breach))
        self._q, self._position, self._rotation = q, setpoint.position, setpoint.rotation
        return ServoSetpoint(q, setpoint.position, setpoint.rotation, setpoint.twist, setpoint.limited_by)

    def _breach(self, q: Vector, position: Vector, dt: float) -> str:
        """Return which joint limit a step to q would break, or an empty text."""
        assert self._q is not None
        for value, before, (lower, upper, speed) in zip(q.tolist(), self._q.tolist(), self._limits, strict=True):
            if not lower <= value <= upper:
                return JOINT_LIMIT
            if abs(value - before) > speed * dt:
                return JOINT_SPEED
        if self.ik.damps(q):
            reached, _ = self.ik.kinematics.forward(q)
            if math.dist(reached.tolist(), position.tolist()) > MAX_LAG:
                return TRACKING
        return ""
