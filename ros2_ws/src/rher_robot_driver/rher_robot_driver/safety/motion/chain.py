# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The motion chain: from the twist asked for to a pose that no limit forbids, tick by tick.

The chain advances the pose it commanded last and never looks at a measured one: a measurement may stop the motion,
never shape it. One chain serves the simulated and the real arm, at any servo rate. A tick always advances the path by
one servo period, whatever the clock does: a loop that is late is late on its path, and never leaps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.configuration import ArmConfiguration
from rher_robot_driver.safety.joints.joint_acceleration import JointAcceleration
from rher_robot_driver.safety.joints.joint_link import JointLink
from rher_robot_driver.safety.link import Link
from rher_robot_driver.safety.motion.acceleration import AccelerationLimit
from rher_robot_driver.safety.motion.latch import ClearRefusedError, Latch
from rher_robot_driver.safety.motion.position_limit import PositionLimit, Triple
from rher_robot_driver.safety.motion.setpoint import MotionSetpoint
from rher_robot_driver.safety.motion.smoothing import PositionAverage, RotationAverage
from rher_robot_driver.safety.motion.speed import SpeedLimit, Twist
from rher_robot_driver.safety.motion.stale import StaleCommand
from rher_robot_driver.safety.motion.table_plane import TablePlane
from rher_robot_driver.safety.motion.tool_tilt import ToolTilt
from rher_robot_driver.safety.motion.translation import Translation
from rher_robot_driver.safety.motion.turning import Turning
from rher_robot_driver.safety.motion.workspace_box import WorkspaceBox
from rher_robot_driver.safety.parameters import SafetyParameters

Vector = NDArray[np.float64]

RESET_TOLERANCE = 1e-6
"""Excess over the hard limits that is taken for rounding of a start pose [m], [rad]."""
TICK_ROUNDING = 1e-9
"""Share of a tick that is rounding of the smoothing time."""
REST: Twist = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
STILL: Triple = (0.0, 0.0, 0.0)
NOT_FINITE = "finite"
"""Reason for a command that was no number and therefore no command."""


class MotionChain:
    """Limits the motion of the TCP at every servo tick. Build it with build_motion_chain.

    The twist asked for passes the stale rule, the speed limit and the links of the joints; path, faces and tilt follow
    it within the acceleration limits; the smoothing bounds the jerk; the latch holds a stop.
    """

    def __init__(
        self,
        parameters: SafetyParameters,
        servo_period: float,
        stale: StaleCommand,
        speed: SpeedLimit,
        joint_links: Sequence[JointLink],
        joint_acceleration: JointAcceleration,
        positions: Sequence[PositionLimit],
        tilt: ToolTilt,
        linear: AccelerationLimit,
        angular: AccelerationLimit,
        latch: Latch,
    ) -> None:
        self._parameters = parameters
        self._servo_period = servo_period
        self._stale = stale
        self._speed = speed
        self._joint_links = tuple(joint_links)
        self._joint_acceleration = joint_acceleration
        self._linear = linear
        self._angular = angular
        self._latch = latch
        self._links: tuple[Link, ...] = (joint_acceleration, *positions, tilt, linear, angular)
        self._translation = Translation(positions, linear, servo_period)
        self._turning = Turning(tilt, angular, servo_period)
        count = max(1, math.ceil(parameters.smoothing_time / servo_period - TICK_ROUNDING))
        self._position = PositionAverage(count, servo_period)
        self._rotation = RotationAverage(count, servo_period)
        self._not_finite = 0
        self._asked = REST
        self._ready = False

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
        return self._position.at_rest and self._rotation.at_rest

    @property
    def counts(self) -> dict[str, int]:
        """For each link, the ticks in which it changed the motion; for the latch, the stops."""
        links: tuple[Link, ...] = (self._stale, self._speed, *self._joint_links, *self._links, self._latch)
        counts = {NOT_FINITE: self._not_finite}
        for link in links:
            counts[link.reason] = counts.get(link.reason, 0) + link.count
        return counts

    def reset(self, position: Vector, rotation: Vector) -> None:
        """Begin at rest from a pose. A stop that is held stays held; a command from before is forgotten.

        A pose between the limits of commands and the hard limits is taken: the arm may come back, and goes no further
        out.

        Args:
            position: Of the TCP in base_link [m], shape (3,).
            rotation: Of the TCP in base_link, shape (3, 3).

        Raises:
            ValueError: The pose is outside the hard limits, or the rotation is none.
        """
        x, y, z = np.asarray(position, dtype=np.float64).tolist()
        matrix = np.array(rotation, dtype=np.float64)
        if matrix.shape != (3, 3) or not np.allclose(matrix @ matrix.T, np.eye(3)) or np.linalg.det(matrix) < 0.0:
            raise ValueError(f"rotation is {matrix.tolist()}; allowed: a rotation matrix")
        self._ready = False
        self._translation.reset((x, y, z), self._parameters.workspace_margin + RESET_TOLERANCE)
        self._turning.reset(matrix, self._parameters.tilt_margin + RESET_TOLERANCE)
        self._position.reset((x, y, z))
        self._rotation.reset(self._turning.quaternion, matrix)
        self._asked = REST
        self._stale.renew()
        self._ready = True

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
            ClearRefusedError: The arm still brakes or did not rest long enough, or too many stops were cleared.
        """
        if not self.at_rest:
            raise ClearRefusedError("the arm is still braking; a stop can be cleared only at rest")
        self._latch.clear(reason)

    def wait(self, elapsed: float) -> None:
        """Let time pass [s] while something else moves the arm: the path stands still and nothing counts as rest."""
        self._stale.advance(elapsed)
        self._latch.advance(elapsed, at_rest=False)

    def tick(
        self,
        twist: Vector | Sequence[float] | None,
        elapsed: float | None = None,
        arm: ArmConfiguration | None = None,
    ) -> MotionSetpoint:
        """Advance the commanded pose by one servo period.

        Args:
            twist: A new command in base_link, linear [m/s] then angular [rad/s], shape (6,); None when none came since
                the last tick: the last one is held until it is stale. One that is not finite is no command.
            elapsed: Time since the last tick [s], by which commands age and stops cool down; None for one period.
            arm: At the joint positions commanded last, for the links of the joints; None when there are none.

        Returns:
            The pose at the end of the tick and the velocity over it.

        Raises:
            ValueError: The time is negative or not finite, or the twist has not six components.
            RuntimeError: There was no reset before.
        """
        if not self._ready:
            raise RuntimeError("the motion chain has no pose to start from; call reset first")
        elapsed = self._servo_period if elapsed is None else elapsed
        if not (math.isfinite(elapsed) and elapsed >= 0.0):
            raise ValueError(f"elapsed is {elapsed} s; allowed: 0 or more")
        limited: list[str] = []
        self._stale.advance(elapsed)
        self._latch.advance(elapsed, self.at_rest)
        if twist is not None and not self._accept(twist):
            limited.append(NOT_FINITE)
        target, urgent = self._target(arm, limited)
        # What must brake does so at once.
        share = 1.0 if arm is None or urgent or target == REST else self._ramp_share(arm, target, limited)
        self._translation.step(target[:3], limited, share)
        self._turning.step(target[3:], limited, share)
        position, velocity = self._position.push(self._translation.position)
        turning = self._turning
        rotation, angular_velocity = self._rotation.push(turning.quaternion, turning.velocity != STILL)
        return MotionSetpoint(np.array(position), rotation, np.array(velocity + angular_velocity), tuple(limited))

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

    def _target(self, arm: ArmConfiguration | None, limited: list[str]) -> tuple[Twist, bool]:
        """Return the twist to steer for, after all links that look at the twist alone, and whether that is urgent."""
        target = self._asked
        if self._latch.stopped:
            limited.append(self._latch.reason)
            return REST, False
        if target == REST:
            return REST, False
        if self._stale.stale:
            self._stale.count += 1
            limited.append(self._stale.reason)
            return REST, False
        target, scaled = self._speed.limit(target)
        if scaled:
            limited.append(self._speed.reason)
        urgent = False
        if arm is not None and self._joint_links:
            speeds = arm.joint_speeds(target)
            for link in self._joint_links:
                share = link.share(arm, speeds)
                if share < 1.0:
                    limited.append(link.reason)
                    urgent = urgent or link.urgent
                    vx, vy, vz, wx, wy, wz = target
                    target = (share * vx, share * vy, share * vz, share * wx, share * wy, share * wz)
                    speeds = [share * speed for speed in speeds]
        return target, urgent

    def _ramp_share(self, arm: ArmConfiguration, target: Twist, limited: list[str]) -> float:
        """Return which share of this tick's change of the velocities the joints can follow."""
        velocity, angular_velocity = self._translation.velocity, self._turning.velocity
        if target == velocity + angular_velocity:
            return 1.0
        dt = self._servo_period
        linear = self._linear.change(velocity, target[:3], dt)
        angular = self._angular.change(angular_velocity, target[3:], dt)
        share = self._joint_acceleration.share(arm, linear + angular, dt)
        if share < 1.0:
            limited.append(self._joint_acceleration.reason)
        return share


def build_motion_chain(
    parameters: SafetyParameters, servo_period: float, joint_links: Sequence[JointLink] = ()
) -> MotionChain:
    """Build the chain, once, from its parameters.

    Across each face only 1 / sqrt(3) of the acceleration is counted on: faces on all three axes may ask for braking in
    the same tick, and the norm of it must stay within the limit.

    Args:
        parameters: All limits.
        servo_period: By which a tick advances the path [s].
        joint_links: Links of the joints, in the order in which they act.

    Raises:
        ValueError: The servo period is not positive or longer than a control period.
    """
    if not 0.0 < servo_period <= parameters.control_period:
        raise ValueError(
            f"servo_period is {servo_period} s; allowed: more than 0, at most control_period, "
            f"{parameters.control_period} s"
        )
    deceleration = parameters.max_linear_acceleration / math.sqrt(3.0)
    return MotionChain(
        parameters=parameters,
        servo_period=servo_period,
        stale=StaleCommand(parameters.stale_age),
        speed=SpeedLimit(parameters.commanded_speed, parameters.commanded_angular_speed),
        joint_links=joint_links,
        joint_acceleration=JointAcceleration(parameters.joints.path_acceleration),
        positions=(
            WorkspaceBox(parameters.commanded_lower, parameters.commanded_upper, deceleration),
            TablePlane(parameters.commanded_floor, deceleration),
        ),
        tilt=ToolTilt(parameters.commanded_tilt, parameters.commanded_angular_acceleration),
        linear=AccelerationLimit(parameters.max_linear_acceleration),
        angular=AccelerationLimit(parameters.commanded_angular_acceleration),
        latch=Latch(parameters.recovery),
    )
