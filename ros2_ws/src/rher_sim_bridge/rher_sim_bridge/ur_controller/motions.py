# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How the controller moves its joint targets: hold, move, servo, speed and stop.

A motion has joint positions q [rad] and speeds qd [rad/s], and advances by time. The controller may let time pass
slower than it does (speed slider, pauses); a motion then follows the same path at a lower speed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rher_sim_bridge.ur_controller.kinematics import (
    ControllerKinematics,
    matrix_pose,
    rotation_matrix,
    rotation_vector,
)

Vector = NDArray[np.float64]

REST_SPEED = 1e-9
"""Joint speed that counts as rest [rad/s]."""
HAND_DRAG = 0.1
"""Share of the joint servos' damping that is left when the arm is moved by hand."""
SPEED_DAMPING = 1e-4
"""Of the least squares that turn tool speeds into joint speeds."""


class Motion:
    """Stays where it is; the base of all motions.

    Args:
        q: Joint positions [rad], shape (6,).
        qd: Joint speeds [rad/s], shape (6,).
    """

    is_scaled = True
    """Whether the speed slider and pauses slow it down."""
    done = True
    """Whether it has ended; a motion without an end is done all the time."""
    runs_in_thread = False
    """Whether a thread of the program repeats it, so that no move may begin."""

    def __init__(self, q: Vector, qd: Vector | None = None) -> None:
        self.q = np.array(q, dtype=np.float64)
        self.qd = np.zeros_like(self.q) if qd is None else np.array(qd, dtype=np.float64)

    def advance(self, dt: float) -> None:
        """Go on by a time [s]."""


class Servo(Motion):
    """Follows a target as a critically damped second-order system, which trails a steady motion by its lag."""

    runs_in_thread = True

    def __init__(self, q: Vector, qd: Vector) -> None:
        super().__init__(q, qd)
        self._target = self.q.copy()
        self._frequency = 1.0

    def follow(self, target: Vector, lookahead: float, gain: float) -> None:
        """Take a target [rad]; the lag is the lookahead [s] and what a servo of that gain [1/s] adds."""
        self._target = np.array(target, dtype=np.float64)
        self._frequency = 2.0 / (lookahead + 1.0 / gain)

    def advance(self, dt: float) -> None:
        """Solve the follow exactly over dt, for a target that does not move meanwhile."""
        w = self._frequency
        error = self.q - self._target
        slope = self.qd + w * error
        decay = math.exp(-w * dt)
        moved = (error + slope * dt) * decay
        self.q = self._target + moved
        self.qd = slope * decay - w * moved


class SpeedJ(Motion):
    """Accelerates to joint speeds and keeps them."""

    runs_in_thread = True

    def __init__(self, q: Vector, qd: Vector) -> None:
        super().__init__(q, qd)
        self._target = self.qd
        self._acceleration = 1.0

    def follow(self, target: Vector, acceleration: float) -> None:
        """Take joint speeds [rad/s] and the acceleration of the leading joint [rad/s^2]."""
        self._target = np.array(target, dtype=np.float64)
        self._acceleration = acceleration

    def advance(self, dt: float) -> None:
        """Ramp the speeds, all joints together."""
        before = self.qd
        self.qd = before + _limited(self._target - before, self._acceleration * dt)
        self.q = self.q + 0.5 * (before + self.qd) * dt


class SpeedL(Motion):
    """Accelerates to a tool speed and keeps it."""

    runs_in_thread = True

    def __init__(self, q: Vector, qd: Vector, kinematics: ControllerKinematics, tool: Vector) -> None:
        super().__init__(q, qd)
        self._kinematics = kinematics
        self._tool = tool
        self._speed = kinematics.jacobian(self.q, tool) @ self.qd
        self._target = self._speed
        self._acceleration = 1.0

    def follow(self, target: Vector, acceleration: float) -> None:
        """Take a tool speed, linear [m/s] then angular [rad/s], and an acceleration [m/s^2]."""
        self._target = np.array(target, dtype=np.float64)
        self._acceleration = acceleration

    def advance(self, dt: float) -> None:
        """Ramp the tool speed along a straight line and follow it with the joints."""
        self._speed = self._speed + _limited(self._target - self._speed, self._acceleration * dt)
        jacobian = self._kinematics.jacobian(self.q, self._tool)
        damped = jacobian @ jacobian.T + SPEED_DAMPING**2 * np.eye(len(self._speed))
        self.qd = jacobian.T @ np.linalg.solve(damped, self._speed)
        self.q = self.q + self.qd * dt


class Stop(Motion):
    """Brings all joints to rest together, in the direction in which they move.

    Args:
        q: Joint positions [rad].
        qd: Joint speeds [rad/s].
        deceleration: Of the leading joint [rad/s^2].
    """

    is_scaled = False

    def __init__(self, q: Vector, qd: Vector, deceleration: float) -> None:
        super().__init__(q, qd)
        self._deceleration = deceleration
        self.done = float(np.abs(self.qd).max()) < REST_SPEED

    def advance(self, dt: float) -> None:
        """Take speed off."""
        before = self.qd
        self.qd = before - _limited(before, self._deceleration * dt)
        self.q = self.q + 0.5 * (before + self.qd) * dt
        self.done = float(np.abs(self.qd).max()) < REST_SPEED


class MoveJ(Motion):
    """Moves straight in joint space with a trapezoid of speed; begins at rest.

    Args:
        q: Where it begins [rad].
        target: Where it ends [rad].
        speed: Of the leading joint [rad/s].
        acceleration: Of the leading joint [rad/s^2].
    """

    done = False

    def __init__(self, q: Vector, target: Vector, speed: float, acceleration: float) -> None:
        super().__init__(q)
        self._start, self._way = self.q.copy(), np.asarray(target, dtype=np.float64) - self.q
        self._profile = Trapezoid(float(np.abs(self._way).max()), speed, acceleration)

    def advance(self, dt: float) -> None:
        """Go on along the line."""
        share, rate, self.done = self._profile.advance(dt)
        self.q, self.qd = self._start + share * self._way, rate * self._way


class MoveL(Motion):
    """Moves straight in tool space with a trapezoid of speed; begins at rest.

    Args:
        q: Where it begins [rad].
        target: TCP where it ends, in the maker's base frame, shape (4, 4).
        speed: Of the TCP [m/s], or [rad/s] when it only turns.
        acceleration: [m/s^2] or [rad/s^2].
        kinematics: Of the arm.
        tool: TCP in the flange's frame, shape (4, 4).
    """

    done = False

    def __init__(
        self,
        q: Vector,
        target: Vector,
        speed: float,
        acceleration: float,
        kinematics: ControllerKinematics,
        tool: Vector,
    ) -> None:
        super().__init__(q)
        self._inverse: Callable[[Vector, Vector], Vector] = lambda pose, near: kinematics.inverse(pose, near, tool)
        self._start = kinematics.flange(self.q) @ tool
        self._shift = target[:3, 3] - self._start[:3, 3]
        self._turn = rotation_vector(target[:3, :3] @ self._start[:3, :3].T)
        length = float(np.linalg.norm(self._shift)) or float(np.linalg.norm(self._turn))
        self._profile = Trapezoid(length, speed, acceleration)

    def advance(self, dt: float) -> None:
        """Go on along the line.

        Raises:
            InverseKinematicsError: The line leaves what the arm can reach.
        """
        share, _, self.done = self._profile.advance(dt)
        pose = self._start.copy()
        pose[:3, 3] += share * self._shift
        pose[:3, :3] = rotation_matrix(share * self._turn) @ self._start[:3, :3]
        before = self.q
        self.q = self._inverse(pose, before)
        self.qd = np.zeros_like(before) if self.done or dt <= 0.0 else (self.q - before) / dt


class ByHand(Motion):
    """The arm is moved by hand: targets follow what is measured.

    Args:
        measure: Returns joint positions [rad] and speeds [rad/s].
    """

    def __init__(self, measure: Callable[[], tuple[Vector, Vector]]) -> None:
        super().__init__(*measure())
        self._measure = measure

    def advance(self, dt: float) -> None:
        """Take what is measured."""
        q, qd = self._measure()
        self.q, self.qd = q.copy(), (1.0 - HAND_DRAG) * qd


class Trapezoid:
    """Shares of a way over time: accelerate, go on, decelerate.

    Args:
        length: Of the way [units].
        speed: Greatest [units/s].
        acceleration: [units/s^2].
    """

    def __init__(self, length: float, speed: float, acceleration: float) -> None:
        self._length, self._acceleration = length, acceleration
        self._speed = min(speed, math.sqrt(length * acceleration))
        self._ramp = self._speed / acceleration
        self._end = length / self._speed + self._ramp if length > 0.0 else 0.0
        self._time = 0.0

    def advance(self, dt: float) -> tuple[float, float, bool]:
        """Return the share of the way gone, its rate [1/s] and whether the way is at its end."""
        self._time += dt
        if self._time >= self._end:
            return 1.0, 0.0, True
        from_start, to_end = self._time, self._end - self._time
        if from_start < self._ramp:
            gone, rate = 0.5 * self._acceleration * from_start**2, self._acceleration * from_start
        elif to_end < self._ramp:
            gone, rate = self._length - 0.5 * self._acceleration * to_end**2, self._acceleration * to_end
        else:
            gone, rate = self._speed * (from_start - 0.5 * self._ramp), self._speed
        return gone / self._length, rate / self._length, False


def tool_stop(q: Vector, qd: Vector, deceleration: float, kinematics: ControllerKinematics, tool: Vector) -> Stop:
    """Return a stop with a deceleration of the TCP [m/s^2] instead of a joint's."""
    speed = float(np.linalg.norm((kinematics.jacobian(q, tool) @ qd)[:3]))
    leading = float(np.abs(qd).max())
    return Stop(q, qd, deceleration * leading / speed if speed > REST_SPEED else deceleration)


def pose_of(q: Vector, kinematics: ControllerKinematics, tool: Vector) -> Vector:
    """Return the TCP as x, y, z and rotation vector in the maker's base frame."""
    return matrix_pose(kinematics.flange(q) @ tool)


def _limited(change: Vector, limit: float) -> Vector:
    largest = float(np.abs(change).max())
    return change if largest <= limit else change * (limit / largest)
