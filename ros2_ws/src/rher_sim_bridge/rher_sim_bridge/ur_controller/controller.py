# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The arm behind its controller: power, safety, motion of the joint targets and what is measured."""

from __future__ import annotations

import logging
import math

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_robot_driver.kinematics.dh import UR_ARMS

from rher_sim_bridge.ur_controller.kinematics import (
    BASE,
    ControllerKinematics,
    InverseKinematicsError,
    matrix_pose,
    perturbed,
)
from rher_sim_bridge.ur_controller.modes import RobotMode, RuntimeState, SafetyMode
from rher_sim_bridge.ur_controller.motion_log import MotionLogWriter
from rher_sim_bridge.ur_controller.motions import Motion, Stop
from rher_sim_bridge.ur_controller.options import ControllerOptions
from rher_sim_bridge.ur_controller.plant import PHYSICS_TIMESTEP, Plant
from rher_sim_bridge.ur_controller.start import start_joints

Vector = NDArray[np.float64]

GRAVITY = np.array((0.0, 0.0, -9.81))
"""In base_link [m/s^2]."""
PAUSE_TIME = 0.1
"""In which a pause or a protective stop takes the arm from full speed to rest, along its path [s]."""
PROGRAM_STOP_DECELERATION = 5.0
"""Of the leading joint when a program ends in motion [rad/s^2]."""
EMERGENCY_STOP_DECELERATION = 20.0
"""Of the leading joint [rad/s^2]."""
POWER_ON_TIME = 1.0
BRAKE_RELEASE_TIME = 1.0
"""From power off to idle, and from idle to running [s]."""
LARGEST_DEVIATION = 0.1
"""Of a joint from its target; beyond it the controller stops the arm [rad]."""
LARGEST_FORCE = 250.0
"""On the TCP; beyond it the controller stops the arm [N]."""
FORCE_STEPS = 5
"""Physics steps in a row for which the force must be too great."""
STEADY_SPEED = 1e-3
"""Joint speed below which the arm counts as at rest [rad/s]."""


class ArmController:
    """Moves the joint targets and the physics, one cycle at a time. It opens no socket and reads no clock.

    Args:
        options: The arm and what is set on the pendant.
    """

    def __init__(self, options: ControllerOptions) -> None:
        self.options = options
        arm = perturbed(UR_ARMS[options.arm], options.dh_error, options.dh_seed)
        self._speed_limits = np.array(arm.joint_speed_limits)
        self._ranges = np.array((arm.joint_lower, arm.joint_upper))
        self.period = options.period
        self._substeps = round(self.period / PHYSICS_TIMESTEP)
        self.kinematics = ControllerKinematics(arm)
        self.plant = Plant(arm, start_joints(arm, self.kinematics), self._substeps)
        self.tool = np.eye(4)
        self.tool[2, 3] = options.tcp_offset
        self.payload = options.payload
        self.payload_cog = np.array((0.0, 0.0, options.payload_cog))
        self.robot_mode = RobotMode.RUNNING
        self.safety = SafetyMode.NORMAL
        self.stop_reason = ""
        """Why the arm is held; empty when it is not."""
        self.slider = 1.0
        """Speed slider, 0 to 1."""
        self.is_remote = True
        """Whether the robot is in remote control."""
        self.model_name = options.arm.upper().rstrip("E")
        """What the dashboard answers; the maker's does not tell the series."""
        self.is_paused = False
        """Whether a program is paused and holds the arm."""
        self.servo_writes = 0
        """Packages with a setpoint received so far."""
        self.cycles = 0
        self.scale = 1.0
        """Share of its speed at which a motion goes now."""
        self.motion = Motion(self.plant.read("q"))
        self.target_q = self.motion.q
        self.target_qd = np.zeros_like(self.target_q)
        self.wrench = np.zeros(6)
        """On the TCP along the axes of the maker's base frame: force [N], torque [N m], shape (6,)."""
        self._force_zero = np.zeros(6)
        self._moment = np.zeros(3)
        self._forceful_steps = 0
        self._stopped_at = 0
        self._mode_at: tuple[int, RobotMode] | None = None
        self._failure: InverseKinematicsError | None = None
        self._log = MotionLogWriter(options.log) if options.log else None
        self.runtime_state = RuntimeState.STOPPED
        """Of the program, for the log."""

    @property
    def time(self) -> float:
        """Simulated time [s]."""
        return self.cycles * self.period

    @property
    def is_moving(self) -> bool:
        """Whether the joint targets move."""
        return bool(self.target_qd.any())

    @property
    def is_steady(self) -> bool:
        """Whether the arm is at rest."""
        return float(max(np.abs(self.plant.read("qd")).max(), np.abs(self.target_qd).max())) < STEADY_SPEED

    @property
    def tcp_pose(self) -> Vector:
        """Measured pose of the controller's TCP in the maker's base frame, rotation vector."""
        return matrix_pose(self.kinematics.flange(self.plant.read("q")) @ self.tool)

    @property
    def target_tcp_pose(self) -> Vector:
        """Targeted pose of the controller's TCP in the maker's base frame, rotation vector."""
        return matrix_pose(self.kinematics.flange(self.target_q) @ self.tool)

    def tcp_speed(self, q: Vector, qd: Vector) -> Vector:
        """Return the speed of the controller's TCP in the maker's base frame."""
        return self.kinematics.jacobian(q, self.tool) @ qd

    def start(self, motion: Motion) -> None:
        """Let a motion drive the joint targets from the next cycle on."""
        self.motion = motion

    def halt(self, deceleration: float) -> None:
        """Bring the joint targets to rest, slider and pauses notwithstanding; deceleration in [rad/s^2]."""
        self.start(Stop(self.motion.q, self.target_qd, deceleration))

    def zero_force(self) -> None:
        """Take what the force sensor reads now for nothing."""
        self._force_zero = self._force_zero + self._flange_load()

    def protective_stop(self, reason: str) -> None:
        """Hold the arm until the stop is unlocked."""
        if self.safety == SafetyMode.NORMAL:
            self._hold(SafetyMode.PROTECTIVE_STOP, reason)

    def safeguard_stop(self, is_open: bool) -> None:
        """Hold the arm while a safeguard is open."""
        if is_open and self.safety == SafetyMode.NORMAL:
            self._hold(SafetyMode.SAFEGUARD_STOP, "safeguard open")
        elif not is_open and self.safety == SafetyMode.SAFEGUARD_STOP:
            self._release()

    def emergency_stop(self, is_pressed: bool) -> None:
        """Stop the arm and take its power while the button is pressed; power stays off after that."""
        if is_pressed and self.safety != SafetyMode.ROBOT_EMERGENCY_STOP:
            self._hold(SafetyMode.ROBOT_EMERGENCY_STOP, "emergency stop")
            self.halt(EMERGENCY_STOP_DECELERATION)
        elif not is_pressed and self.safety == SafetyMode.ROBOT_EMERGENCY_STOP:
            self._release()

    def unlock(self) -> str:
        """Unlock a protective stop; return why not, or nothing when it is done."""
        if self.safety != SafetyMode.PROTECTIVE_STOP:
            return ""
        if (self.cycles - self._stopped_at) * self.period < self.options.unlock_delay:
            return "Cannot unlock protective stop until 5s after occurrence. Always inspect cause before unlocking"
        self._release()
        return ""

    def power_on(self) -> None:
        """Give the arm power; it is idle a while later."""
        if self.robot_mode == RobotMode.POWER_OFF and self.safety != SafetyMode.ROBOT_EMERGENCY_STOP:
            self.robot_mode = RobotMode.POWER_ON
            self._mode_at = (self.cycles + round(POWER_ON_TIME / self.period), RobotMode.IDLE)

    def release_brakes(self) -> None:
        """Open the brakes, with power if it has none; the arm runs a while later."""
        if self.safety == SafetyMode.ROBOT_EMERGENCY_STOP or self.robot_mode == RobotMode.RUNNING:
            return
        wait = BRAKE_RELEASE_TIME if self.robot_mode == RobotMode.IDLE else POWER_ON_TIME + BRAKE_RELEASE_TIME
        self._mode_at = (self.cycles + round(wait / self.period), RobotMode.RUNNING)

    def set_robot_mode(self, mode: RobotMode) -> None:
        """Take or give power at once."""
        self.robot_mode, self._mode_at = mode, None
        if mode != RobotMode.RUNNING:
            self.halt(EMERGENCY_STOP_DECELERATION)

    def teleport(self, q: Vector) -> None:
        """Put the arm at rest at joint positions [rad]."""
        self.plant.place_arm(q)
        self.start(Motion(self.plant.read("q")))
        self.target_q, self.target_qd = self.motion.q, self.motion.qd

    def tick(self) -> None:
        """Advance by one cycle.

        Raises:
            InverseKinematicsError: The motion left what the arm can reach; it has been stopped.
        """
        self.cycles += 1
        if self._mode_at is not None and self.cycles >= self._mode_at[0]:
            self.robot_mode, self._mode_at = self._mode_at[1], None
        before = self.target_q
        self._move()
        for _ in range(self._substeps):
            self.plant.step(before, self.target_q, self.target_qd)
            self._measure()
            self._write_log()
        self._watch()
        if self.safety == SafetyMode.ROBOT_EMERGENCY_STOP and not self.is_moving:
            self.robot_mode = RobotMode.POWER_OFF
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def close(self) -> None:
        """Close the log."""
        if self._log:
            self._log.close()

    def _move(self) -> None:
        is_held = self.is_paused or self.safety != SafetyMode.NORMAL
        goal = 0.0 if is_held else self.slider
        step = self.period / PAUSE_TIME
        self.scale += min(step, max(-step, goal - self.scale))
        scale = self.scale if self.motion.is_scaled else 1.0
        try:
            self.motion.advance(self.period * scale)
        except InverseKinematicsError as error:
            self._failure = error
            self.halt(PROGRAM_STOP_DECELERATION)
            return
        q, qd = self.motion.q, self.motion.qd * scale
        if refusal := self._refusal(q, qd):
            self.protective_stop(refusal)
            self.start(Stop(self.target_q, self.target_qd, EMERGENCY_STOP_DECELERATION))
            self.motion.advance(self.period)
            q, qd = self.motion.q, self.motion.qd
        self.target_q, self.target_qd = q, qd

    def _refusal(self, q: Vector, qd: Vector) -> str:
        """Return why joint targets are not taken; empty when they are."""
        too_fast = np.maximum(np.abs(qd), np.abs(q - self.target_q) / self.period) > self._speed_limits
        if too_fast.any():
            return f"joint {int(np.argmax(too_fast))} is asked to be faster than its limit"
        outside = (q < self._ranges[0]) | (q > self._ranges[1])
        return f"joint {int(np.argmax(outside))} is asked to leave its range" if outside.any() else ""

    def _watch(self) -> None:
        """Stop the arm when it does what a controller does not allow."""
        deviation = np.abs(self.plant.read("q") - self.target_q)
        if deviation.max() > LARGEST_DEVIATION:
            self.protective_stop(f"joint {int(np.argmax(deviation))} is {deviation.max():.2f} rad off its path")
        if self._forceful_steps >= FORCE_STEPS:
            self.protective_stop(f"a force of {math.hypot(*self.wrench[:3]):.0f} N on the TCP")

    def _flange_load(self) -> Vector:
        """Return force and torque on the flange, in its frame, without the payload's weight and the zero set last."""
        force, torque, rotation = self.plant.flange_wrench()
        weight = self.payload * (rotation.T @ GRAVITY)
        mujoco.mju_cross(self._moment, self.payload_cog, weight)
        return np.concatenate((force - weight, torque - self._moment)) - self._force_zero

    def _measure(self) -> None:
        load = self._flange_load()
        turned = BASE @ self.plant.flange_wrench()[2]
        mujoco.mju_cross(self._moment, self.tool[:3, 3], load[:3])
        self.wrench = np.concatenate((turned @ load[:3], turned @ (load[3:] - self._moment)))
        is_forceful = math.hypot(*self.wrench[:3]) > LARGEST_FORCE
        self._forceful_steps = self._forceful_steps + 1 if is_forceful else 0

    def _write_log(self) -> None:
        if self._log is None:
            return
        record, read = self._log.record, self.plant.read
        for name in (
            "q",
            "qd",
            "tcp_position",
            "tcp_quaternion",
            "tcp_linear_velocity",
            "tcp_angular_velocity",
            "cube_position",
            "cube_quaternion",
        ):
            record[name] = read(name)
        record["step"] = self.plant.steps
        record["target_q"], record["target_qd"] = self.target_q, self.target_qd
        record["wrench"][:3], record["wrench"][3:] = BASE @ self.wrench[:3], BASE @ self.wrench[3:]
        record["runtime_state"], record["safety_mode"] = self.runtime_state, self.safety
        record["robot_mode"], record["speed_scaling"] = self.robot_mode, self.scale
        record["servo_writes"] = self.servo_writes
        self._log.write()

    def _hold(self, mode: SafetyMode, reason: str) -> None:
        logging.getLogger(__name__).warning("%s: %s", mode.name.lower().replace("_", " "), reason)
        self.safety, self.stop_reason, self._stopped_at = mode, reason, self.cycles

    def _release(self) -> None:
        self.safety, self.stop_reason = SafetyMode.NORMAL, ""
