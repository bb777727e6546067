# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The arm in the physics: twists go through the safety chain and servo of the hardware to the joint servos."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import JOINTS, ArmModel
from rher_robot_driver.kinematics.differential_ik import DifferentialIk
from rher_robot_driver.kinematics.orientation import orientation_error
from rher_robot_driver.safety.motion.chain import build_motion_chain
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.servo import ServoSetpoint, TwistServo

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
    stopped: bool
    """Whether the safety chain holds a stop."""


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
        self._chain = build_motion_chain(safety)
        self._servo = TwistServo(DifferentialIk(self.kinematics, posture=READY), self._chain)
        self._servo_period = servo_period
        self._ticks = ticks
        self._substeps = substeps
        self._commanded = (np.zeros(3), TOOL_DOWN)

    @property
    def stop_reason(self) -> str:
        """Why the safety chain holds a stop; empty when it holds none."""
        return self._chain.stop_reason

    @property
    def limit_counts(self) -> dict[str, int]:
        """For each limit, the servo ticks in which it changed the motion; for the latch, the stops."""
        return self._chain.counts

    def stop(self, reason: str) -> None:
        """Brake and hold until the arm is placed again."""
        self._chain.stop(reason)

    def place(self, position: Vector) -> None:
        """Put the arm at rest with the tool straight down. A held stop is cleared: nothing is left of what caused it.

        Args:
            position: Of the TCP in base_link [m], shape (3,).

        Raises:
            ValueError: The position is out of reach or outside the box.
        """
        q = self.kinematics.inverse(position, TOOL_DOWN, READY)
        self._servo.reset(q)
        if self._chain.stopped:
            self._chain.clear("reset")
        self._commanded = self.kinematics.forward(q)
        self._data.qpos[:JOINTS] = q
        self._data.qvel[:JOINTS] = 0.0
        self._data.ctrl[:JOINTS] = q

    def move(self, twist: Vector) -> Motion:
        """Hold a twist for one control period and advance the physics by it.

        The ramp of the acceleration limit belongs to the dynamics of the arm and is not called a limit here.

        Args:
            twist: Linear [m/s] then angular [rad/s] in base_link, shape (6,).
        """
        data, dt = self._data, self._servo_period
        limits: dict[str, None] = {}
        # The motion is shaped from commands alone, so no tick waits for what the physics did.
        command: Vector | None = twist
        for _ in range(self._ticks):
            setpoint = self._servo.tick(command, dt)
            command = None
            limits.update(dict.fromkeys(setpoint.limited_by))
            data.ctrl[:JOINTS] = setpoint.q
            mujoco.mj_step(self._model, data, self._substeps)
        executed = self._mean_twist(setpoint) if limits else np.array(twist, dtype=np.float64)
        self._commanded = (setpoint.position, setpoint.rotation)
        return Motion(executed, tuple(limits), self._chain.stopped)

    def _mean_twist(self, setpoint: ServoSetpoint) -> Vector:
        position, rotation = self._commanded
        period = self._ticks * self._servo_period
        turn = orientation_error(setpoint.rotation, rotation)
        return np.concatenate((setpoint.position - position, turn)) / period
