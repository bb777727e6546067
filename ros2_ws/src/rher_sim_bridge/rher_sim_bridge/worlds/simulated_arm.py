# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The arm in the physics: twists go through the safety chain and servo of the hardware to the joint servos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import JOINTS, ArmModel
from rher_robot_driver.kinematics.orientation import orientation_error
from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.servo import ServoSetpoint, TwistServo, build_servo

from rher_sim_bridge.scene.gripper import TOOL_LENGTH

Vector = NDArray[np.float64]

READY = (-2.87, -1.84, -2.12, -0.75, 1.57, -1.30)
"""Joint positions with the tool down over the middle of the table, elbow up, every joint far from its limits [rad]."""
TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
"""Rotation of the TCP in base_link with the tool straight down: its x forward, its z down."""


@dataclass(frozen=True, eq=False)
class Motion:
    """What the arm was told over one control period."""

    executed_twist: Vector
    """The twist asked for, or the mean commanded one when a limit changed it; linear, angular in base_link, (6,)."""
    limited_by: tuple[str, ...]
    """Limits that changed the motion, in the order they first did."""


class SimulatedArm:
    """Moves the simulated arm by twists held for one control period.

    Args:
        model: Compiled scene whose first joints and actuators are those of the arm.
        data: State of the scene.
        arm: Kinematics and limits of the arm.
        safety: Limits of the safety chain.
        servo_period: Duration of a servo tick [s].
        ticks: Servo ticks of a control period.
        substeps: Physics steps of a servo tick.
    """

    def __init__(
        self,
        model: mujoco.MjModel,
        data: mujoco.MjData,
        arm: ArmModel,
        safety: SafetyParameters,
        servo_period: float,
        ticks: int,
        substeps: int,
    ) -> None:
        self.kinematics = ArmKinematics(arm, TOOL_LENGTH)
        self._model = model
        self._data = data
        self._safety = safety
        self._servo_period = servo_period
        self._ticks = ticks
        self._substeps = substeps
        self._servo = self._fresh_servo()
        self._counts: Counter[str] = Counter()
        self._commanded = (np.zeros(3), TOOL_DOWN)

    @property
    def stop_reason(self) -> str:
        """Why the safety chain holds a stop; empty when it holds none."""
        return self._servo.stop_reason

    @property
    def stopped(self) -> bool:
        """Whether the safety chain holds a stop."""
        return self._servo.stopped

    @property
    def limit_counts(self) -> dict[str, int]:
        """For each limit, the servo ticks in which it changed the motion; for latch and monitors, the stops."""
        return {name: self._counts[name] + count for name, count in self._servo.counts.items()}

    def stop(self, reason: str) -> None:
        """Brake and hold until the arm is placed again."""
        self._servo.stop(reason)

    def observe(self, measured: MeasuredMotion) -> None:
        """Let the monitors look at the arm at the end of a control period."""
        self._servo.observe(measured, self._ticks * self._servo_period)

    def place(self, position: Vector) -> None:
        """Put the arm at rest with the tool straight down.

        After a stop with a new servo, as if the arm were started anew: nothing is left of what caused the stop, and the
        rules for clearing stops belong to arms that nobody can place.

        Args:
            position: Of the TCP in base_link [m], shape (3,).

        Raises:
            ValueError: The position is out of reach or outside the box.
        """
        q = self.kinematics.inverse(position, TOOL_DOWN, READY)
        if self._servo.stopped:
            self._counts.update(self._servo.counts)
            self._servo = self._fresh_servo()
        self._servo.reset(q)
        self._commanded = self.kinematics.forward(q)
        self._data.qpos[:JOINTS] = q
        self._data.qvel[:JOINTS] = 0.0
        self._data.ctrl[:JOINTS] = q

    def move(self, twist: Vector, capture: Callable[[int], None] = lambda tick: None) -> Motion:
        """Hold a twist for one control period and advance the physics by it.

        The ramp of the acceleration limit belongs to the dynamics of the arm and is not called a limit here.

        Args:
            twist: Linear [m/s] then angular [rad/s] in base_link, shape (6,).
            capture: Called after every servo tick with its number, 1 for the first.
        """
        data = self._data
        limits: dict[str, None] = {}
        # The motion is shaped from commands alone, so no tick waits for what the physics did.
        command: Vector | None = twist
        for tick in range(1, self._ticks + 1):
            setpoint = self._servo.tick(command)
            command = None
            limits.update(dict.fromkeys(setpoint.limited_by))
            data.ctrl[:JOINTS] = setpoint.q
            mujoco.mj_step(self._model, data, self._substeps)
            capture(tick)
        executed = self._mean_twist(setpoint) if limits else np.array(twist, dtype=np.float64)
        self._commanded = (setpoint.position, setpoint.rotation)
        return Motion(executed, tuple(limits))

    def _fresh_servo(self) -> TwistServo:
        return build_servo(self.kinematics, self._safety, self._servo_period, READY)

    def _mean_twist(self, setpoint: ServoSetpoint) -> Vector:
        position, rotation = self._commanded
        period = self._ticks * self._servo_period
        turn = orientation_error(setpoint.rotation, rotation)
        return np.concatenate((setpoint.position - position, turn)) / period
