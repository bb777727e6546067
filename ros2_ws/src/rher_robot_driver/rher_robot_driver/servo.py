# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From a twist to joint setpoints: motion chain, differential inverse kinematics, joint guard and monitors, joined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.configuration import ArmConfiguration
from rher_robot_driver.kinematics.dh import JOINTS
from rher_robot_driver.kinematics.differential_ik import DifferentialIk
from rher_robot_driver.kinematics.orientation import orientation_error
from rher_robot_driver.safety.joints.joint_guard import JointGuard
from rher_robot_driver.safety.joints.joint_margin import JointMargin
from rher_robot_driver.safety.joints.joint_speed import JointSpeed
from rher_robot_driver.safety.joints.singularity import SingularitySlowDown, SingularityStop
from rher_robot_driver.safety.monitors.chain import MonitorChain, build_monitor_chain
from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.safety.motion.chain import MotionChain, build_motion_chain
from rher_robot_driver.safety.motion.latch import ClearRefusedError
from rher_robot_driver.safety.motion.setpoint import MotionSetpoint
from rher_robot_driver.safety.parameters import SafetyParameters

Vector = NDArray[np.float64]

TRACKING = "tracking"
MAX_LAG = 0.005
"""Distance between the commanded TCP and the one the joints give at which the motion stops [m]."""
NO_SPEED = (0.0,) * JOINTS


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
    is_stopped: bool
    """Whether a stop is held."""


class TwistServo:
    """Turns twists into joint setpoints within all limits. Build it with build_servo.

    Limits of the path, of the joints and measured ones stop the motion along its path. Only a setpoint that the joints
    cannot take, for a limit of their own or because they do not follow, is not given: then the joints brake together
    from where they are, within their acceleration limit, and the stop is held until clear.

    Args:
        ik: Follows the commanded pose with the joints.
        chain: Limits the commanded pose.
        singularity: Asks for a stop near singular poses.
        guard: Looks at every setpoint last.
        monitors: Look at measured values.
        servo_period: Of a tick [s].
    """

    def __init__(
        self,
        ik: DifferentialIk,
        chain: MotionChain,
        singularity: SingularityStop,
        guard: JointGuard,
        monitors: MonitorChain,
        servo_period: float,
    ) -> None:
        self.ik = ik
        self.chain = chain
        self._singularity = singularity
        self._guard = guard
        self._monitors = monitors
        self._servo_period = servo_period
        self._arm: ArmConfiguration | None = None
        self._speeds: Sequence[float] = NO_SPEED
        self._position = np.zeros(3)
        self._rotation = np.eye(3)
        self._joints_brake = False
        self._off_path = False

    @property
    def stopped(self) -> bool:
        """Whether a stop is held."""
        return self.chain.stopped

    @property
    def stop_reason(self) -> str:
        """Why the motion was stopped; empty when it is not."""
        return self.chain.stop_reason

    @property
    def at_rest(self) -> bool:
        """Whether the setpoints do not move."""
        return (self.chain.at_rest or self._off_path) and not self._joints_brake

    @property
    def counts(self) -> dict[str, int]:
        """For each link, guard and monitor, how often it acted."""
        own = {link.reason: link.count for link in (self._singularity, self._guard)}
        return {**self.chain.counts, **own, **self._monitors.counts}

    def reset(self, q: Vector | Sequence[float]) -> None:
        """Begin at rest from joint positions. A stop that is held stays held.

        Args:
            q: Joint positions [rad], shape (6,).

        Raises:
            ValueError: A joint is beyond its limits, or the TCP is outside the hard limits of the chain.
        """
        start = np.array(q, dtype=np.float64)
        self._guard.check_start(start)
        arm = self.ik.at(start)
        self.chain.reset(arm.position, arm.rotation)
        self._singularity.reset(arm.manipulability)
        self._monitors.reset()
        self._arm, self._speeds = arm, NO_SPEED
        self._position, self._rotation = arm.position, arm.rotation
        self._joints_brake = self._off_path = False

    def stop(self, reason: str) -> None:
        """Brake along the path and hold, until clear.

        Raises:
            ValueError: The reason is empty.
        """
        self.chain.stop(reason)

    def clear(self, reason: str) -> None:
        """End a stop. The arm stays at rest until a new command comes.

        Args:
            reason: Why the arm may move again, for the log.

        Raises:
            ValueError: The reason is empty.
            ClearRefusedError: The arm still brakes or did not rest long enough, too many stops were cleared, or the
                joints rest where the TCP is outside the limits.
        """
        if self._joints_brake:
            raise ClearRefusedError("the joints are still braking; a stop can be cleared only at rest")
        if self._off_path:
            raise ClearRefusedError(
                "the joints rest with the TCP outside the limits; bring it back by hand, then reset"
            )
        self.chain.clear(reason)

    def observe(self, measured: MeasuredMotion, elapsed: float) -> None:
        """Let the monitors look at measured values; the first that objects stops the motion.

        Args:
            measured: The arm now.
            elapsed: Time since the last look [s].

        Raises:
            ValueError: The time is negative or not finite.
        """
        reason = self._monitors.check(measured, self._position, elapsed)
        if reason and not self.chain.stopped:
            self.chain.stop(reason)

    def tick(self, twist: Vector | Sequence[float] | None, elapsed: float | None = None) -> ServoSetpoint:
        """Advance by one servo period; the arguments are those of MotionChain.tick.

        Tick on while a stop is held: braking and cooling down are counted in ticks.

        Raises:
            ValueError: The time is negative or not finite, or the twist has not six components.
            RuntimeError: There was no reset before.
        """
        arm = self._arm
        if arm is None:
            raise RuntimeError("the servo has no joints to start from; call reset first")
        if self._joints_brake or self._off_path:
            self.chain.wait(self._servo_period if elapsed is None else elapsed)
            return self._brake_joints(arm)
        if self._singularity.check(arm.manipulability):
            self.chain.stop(self._singularity.reason)
        held = self.chain.stopped and self.chain.at_rest
        setpoint = self.chain.tick(twist, elapsed, arm)
        if held:
            return self._answer(arm, np.zeros(6), setpoint.limited_by)
        q = self.ik.step(arm, setpoint.position, setpoint.rotation)
        speeds = ((q - arm.q) / self._servo_period).tolist()
        reached = self.ik.at(q)
        breach = self._breach(arm, speeds, reached, setpoint)
        if breach:
            self.chain.stop(breach)
            self._joints_brake = True
            return self._brake_joints(arm, (*setpoint.limited_by, breach))
        self._arm, self._speeds = reached, speeds
        self._position, self._rotation = setpoint.position, setpoint.rotation
        return self._answer(reached, setpoint.twist, setpoint.limited_by)

    def _breach(
        self, arm: ArmConfiguration, speeds: Sequence[float], reached: ArmConfiguration, setpoint: MotionSetpoint
    ) -> str:
        """Return which limit of the joints a setpoint would break, or an empty text."""
        breach = self._guard.breach(arm.q.tolist(), speeds, self._speeds)
        if breach:
            return breach
        if reached.damped and math.dist(reached.position.tolist(), setpoint.position.tolist()) > MAX_LAG:
            return TRACKING
        return ""

    def _brake_joints(self, arm: ArmConfiguration, limited_by: tuple[str, ...] = ("latch",)) -> ServoSetpoint:
        """Slow every joint down by one tick; at rest, begin a new path there."""
        dt = self._servo_period
        speeds = self._guard.brake(self._speeds)
        reached = self.ik.at(arm.q + dt * np.array(speeds))
        turn = orientation_error(reached.rotation, self._rotation)
        twist = np.concatenate((reached.position - self._position, turn)) / dt
        self._arm, self._speeds = reached, speeds
        self._position, self._rotation = reached.position, reached.rotation
        if not any(speeds):
            self._joints_brake = False
            try:
                self.chain.reset(reached.position, reached.rotation)
            except ValueError:
                self._off_path = True
        return self._answer(reached, twist, limited_by)

    def _answer(self, arm: ArmConfiguration, twist: Vector, limited_by: tuple[str, ...]) -> ServoSetpoint:
        return ServoSetpoint(arm.q, self._position, self._rotation, twist, limited_by, self.chain.stopped)


def build_servo(
    kinematics: ArmKinematics,
    parameters: SafetyParameters,
    servo_period: float,
    posture: Sequence[float] | Vector | None = None,
) -> TwistServo:
    """Build the servo of an arm, once, with all its limits.

    Args:
        kinematics: Of the arm with its tool.
        parameters: All limits.
        servo_period: Of a tick [s].
        posture: Joint positions to prefer near a singularity [rad], shape (6,); None for no preference.

    Raises:
        ValueError: The servo period is out of range, the joint margin leaves no room, or the posture is none.
    """
    model, limits = kinematics.model, parameters.joints
    # A stop that the smoothing alone shapes, from this speed, stays within the acceleration limit.
    greatest_speed = limits.max_acceleration * parameters.smoothing_time
    chain = build_motion_chain(
        parameters,
        servo_period,
        (
            JointSpeed([min(limits.speed_share * speed, greatest_speed) for speed in model.joint_speed_limits]),
            JointMargin(
                [lower + limits.position_margin for lower in model.joint_lower],
                [upper - limits.position_margin for upper in model.joint_upper],
                parameters.stopping_time,
            ),
            SingularitySlowDown(limits.manipulability_slow, limits.manipulability_stop, parameters.reaction_time),
        ),
    )
    return TwistServo(
        ik=DifferentialIk(kinematics, manipulability_floor=limits.manipulability_stop, posture=posture),
        chain=chain,
        singularity=SingularityStop(limits.manipulability_stop),
        guard=JointGuard(model, limits.max_acceleration, servo_period),
        monitors=build_monitor_chain(parameters),
        servo_period=servo_period,
    )
