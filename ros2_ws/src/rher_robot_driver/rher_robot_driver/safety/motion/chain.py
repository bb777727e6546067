# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The motion chain: from the twist asked for to a pose that no limit forbids, tick by tick.

The chain advances the pose it commanded last and never looks at a measured one: a measurement may stop the motion,
never shape it. One chain serves the simulated and the real arm, at any servo rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from transforms3d.axangles import axangle2mat
from transforms3d.quaternions import mat2quat, quat2mat

from rher_robot_driver.safety.link import Link
from rher_robot_driver.safety.motion.acceleration import AccelerationLimit
from rher_robot_driver.safety.motion.latch import Latch
from rher_robot_driver.safety.motion.late_tick import LateTick
from rher_robot_driver.safety.motion.position_limit import PositionLimit, Triple
from rher_robot_driver.safety.motion.setpoint import MotionSetpoint
from rher_robot_driver.safety.motion.speed import SpeedLimit, Twist
from rher_robot_driver.safety.motion.stale import StaleCommand
from rher_robot_driver.safety.motion.table_plane import TablePlane
from rher_robot_driver.safety.motion.workspace_box import WorkspaceBox
from rher_robot_driver.safety.parameters import SafetyParameters

Vector = NDArray[np.float64]

RESET_TOLERANCE = 1e-6
"""Distance outside the limits that is taken for rounding of a start pose [m]."""
REST: Twist = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
STILL: Triple = (0.0, 0.0, 0.0)
NOT_FINITE = "finite"
"""Reason for a command that was no number and therefore no command."""


class MotionChain:
    """Limits the motion of the TCP at every servo tick. Build it with build_motion_chain.

    At each tick the velocity moves from the one before towards the twist asked for, scaled by the speed limit, along
    a straight ramp. Where that would leave no room to stop before a face, the components towards the faces brake
    first and the others get what the acceleration limit has left. All limits hold at once: both ends of that ramp
    obey the faces and the speed limit, these bounds are convex, and the faces together never ask for more braking
    than the acceleration limit gives.
    """

    def __init__(
        self,
        tick_limit: LateTick,
        stale: StaleCommand,
        speed: SpeedLimit,
        positions: Sequence[PositionLimit],
        linear: AccelerationLimit,
        angular: AccelerationLimit,
        latch: Latch,
    ) -> None:
        self._tick_limit = tick_limit
        self._stale = stale
        self._speed = speed
        self._positions = tuple(positions)
        self._linear = linear
        self._angular = angular
        self._latch = latch
        self._not_finite = 0
        self._asked = REST
        self._position: Triple | None = None
        self._rotation = np.eye(3)
        self._velocity = STILL
        self._angular_velocity = STILL

    @property
    def stopped(self) -> bool:
        """Whether a stop is held."""
        return self._latch.stopped

    @property
    def stop_reason(self) -> str:
        """Why the motion was stopped; empty when it is not."""
        return self._latch.stop_reason

    @property
    def at_rest(self) -> bool:
        """Whether the pose did not move in the last tick."""
        return self._velocity == STILL and self._angular_velocity == STILL

    @property
    def counts(self) -> dict[str, int]:
        """For each link, the ticks in which it changed the motion; for the latch, the stops."""
        links: tuple[Link, ...] = (self._tick_limit, self._stale, self._speed, *self._positions, self._latch)
        counts = {link.reason: link.count for link in links}
        return {NOT_FINITE: self._not_finite, **counts, self._linear.reason: self._linear.count + self._angular.count}

    def reset(self, position: Vector, rotation: Vector) -> None:
        """Begin at rest from a pose. A stop that is held stays held; a command from before is forgotten.

        Args:
            position: Of the TCP in base_link [m], shape (3,).
            rotation: Of the TCP in base_link, shape (3, 3).

        Raises:
            ValueError: The position is outside the limits, or the rotation is none.
        """
        x, y, z = np.asarray(position, dtype=np.float64).tolist()
        start: Triple = (x, y, z)
        for limit in self._positions:
            inside = limit.nearest(start)
            if not math.dist(start, inside) <= RESET_TOLERANCE:
                raise ValueError(f"position is {(x, y, z)} m; allowed: within the limit '{limit.reason}'")
            start = inside
        matrix = np.array(rotation, dtype=np.float64)
        if matrix.shape != (3, 3) or not np.allclose(matrix @ matrix.T, np.eye(3)) or np.linalg.det(matrix) < 0.0:
            raise ValueError(f"rotation is {matrix.tolist()}; allowed: a rotation matrix")
        self._position = start
        self._rotation = matrix
        self._halt()

    def stop(self, reason: str) -> None:
        """Brake along the path and hold, until clear.

        Raises:
            ValueError: The reason is empty.
        """
        self._latch.stop(reason)
        self._asked = REST

    def clear(self, reason: str) -> None:
        """End a stop. The arm stays at rest until a new command comes.

        Args:
            reason: Why the arm may move again, for the log.

        Raises:
            ValueError: The reason is empty.
            RuntimeError: The arm is still braking.
        """
        if not self.at_rest:
            raise RuntimeError("a stop can be cleared only at rest; the arm is still braking")
        self._latch.clear(reason)

    def tick(self, twist: Vector | Sequence[float] | None, dt: float) -> MotionSetpoint:
        """Advance the commanded pose by one servo tick.

        Args:
            twist: A new command in base_link, linear [m/s] then angular [rad/s], shape (6,); None when none came since
                the last tick: the last one is held until it is stale. One that is not finite is no command.
            dt: Time since the last tick [s].

        Returns:
            The pose at the end of the tick and the velocity over it.

        Raises:
            ValueError: dt is not a positive finite time, or the twist has not six components.
            RuntimeError: There was no reset before.
        """
        if self._position is None:
            raise RuntimeError("the motion chain has no pose to start from; call reset first")
        limited: list[str] = []
        step, late = self._tick_limit.limit(dt)
        self._stale.advance(dt)
        if twist is not None and not self._accept(twist):
            limited.append(NOT_FINITE)
        target = self._asked
        if self._latch.stopped:
            limited.append(self._latch.reason)
        elif self._stale.stale and target != REST:
            target = REST
            self._stale.count += 1
            limited.append(self._stale.reason)
        target, scaled = self._speed.limit(target)
        if scaled:
            limited.append(self._speed.reason)
        if late:
            limited.append(self._tick_limit.reason)
        self._move(self._position, target[:3], step, limited)
        self._turn(target[3:], step)
        return MotionSetpoint(
            np.array(self._position),
            self._rotation,
            np.array(self._velocity + self._angular_velocity),
            tuple(limited),
        )

    def _accept(self, twist: Vector | Sequence[float]) -> bool:
        """Hold a command unless a stop is held; return False when it is not finite."""
        vx, vy, vz, wx, wy, wz = np.asarray(twist, dtype=np.float64).tolist()
        if not (math.isfinite(math.hypot(vx, vy, vz)) and math.isfinite(math.hypot(wx, wy, wz))):
            self._not_finite += 1
            return False
        if not self._latch.stopped:
            self._asked = (vx, vy, vz, wx, wy, wz)
            self._stale.renew()
        return True

    def _move(self, position: Triple, target: Triple, dt: float, limited: list[str]) -> None:
        """Choose the velocity of this tick and move by it."""
        before = self._velocity
        velocity = self._linear.ramp(before, target, dt)
        forced = before
        braked = False
        for limit in self._positions:
            if not limit.allows(position, velocity, dt):
                limit.count += 1
                limited.append(limit.reason)
                braked = True
        if braked:
            for limit in self._positions:
                forced = limit.clamp(position, forced, dt)
                target = limit.clamp(position, target, dt)
            velocity = self._linear.ramp_from(before, forced, target, dt)
        x, y, z = position
        moved: Triple = (x + velocity[0] * dt, y + velocity[1] * dt, z + velocity[2] * dt)
        for limit in self._positions:
            if not limit.contains(moved):
                # Only rounding gets here: the velocity leaves room to stop.
                moved = limit.nearest(moved)
        self._position = moved
        self._velocity = velocity

    def _turn(self, target: Triple, dt: float) -> None:
        """Choose the angular velocity of this tick and turn by it."""
        self._angular_velocity = self._angular.ramp(self._angular_velocity, target, dt)
        rate = math.hypot(*self._angular_velocity)
        if rate > 0.0:
            # Normalised here, because the square of a very small rate is 0.
            axis = [component / rate for component in self._angular_velocity]
            turned = axangle2mat(axis, rate * dt, is_normalized=True) @ self._rotation
            # Through a unit quaternion, so that rounding does not grow into shear over many ticks.
            self._rotation = quat2mat(mat2quat(turned))

    def _halt(self) -> None:
        self._velocity = STILL
        self._angular_velocity = STILL
        self._asked = REST
        self._stale.renew()


def build_motion_chain(parameters: SafetyParameters) -> MotionChain:
    """Build the chain, once, from its parameters.

    Across each face only 1 / sqrt(3) of the acceleration is counted on: faces on all three axes may ask for braking in
    the same tick, and the norm of it must stay within the limit.
    """
    deceleration = parameters.max_linear_acceleration / math.sqrt(3.0)
    return MotionChain(
        tick_limit=LateTick(parameters.longest_tick),
        stale=StaleCommand(parameters.stale_age),
        speed=SpeedLimit(parameters.max_linear_speed, parameters.max_angular_speed),
        positions=(
            WorkspaceBox(parameters.workspace_lower, parameters.workspace_upper, deceleration),
            TablePlane(parameters.table_height, deceleration),
        ),
        linear=AccelerationLimit(parameters.max_linear_acceleration),
        angular=AccelerationLimit(parameters.max_angular_acceleration),
        latch=Latch(),
    )
