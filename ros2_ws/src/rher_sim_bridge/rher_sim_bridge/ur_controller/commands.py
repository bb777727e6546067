# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Commands of the control program by number, with the registers in which ur_rtde 1.6.5 passes their arguments."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rher_sim_bridge.ur_controller.command_numbers import Command
from rher_sim_bridge.ur_controller.controller import ArmController
from rher_sim_bridge.ur_controller.kinematics import InverseKinematicsError, matrix_pose, pose_matrix
from rher_sim_bridge.ur_controller.motions import ByHand, Motion, MoveJ, MoveL, Servo, SpeedJ, SpeedL, Stop, tool_stop
from rher_sim_bridge.ur_controller.registers import RegisterFile
from rher_sim_bridge.ur_controller.script import Script

Vector = NDArray[np.float64]
Steps = Generator[None, None, None]
M = TypeVar("M", bound=Motion)

LOOKAHEAD = (0.03, 0.2)
"""Range of servoj's lookahead [s] (URScript manual)."""
GAIN = (100.0, 2000.0)
"""Range of servoj's gain (URScript manual)."""
_PROGRESS_RUNNING = 1 << 15
_PROGRESS_COUNT, _PROGRESS_OPERATION = 1 << 16, 1 << 24
_SEVEN_BITS = 128


class ProgramError(Exception):
    """What makes a program end by itself."""


class Commands:
    """Runs commands of one run of the control program.

    Args:
        controller: The arm.
        registers: Where arguments and answers are.
        script: What was uploaded.
    """

    def __init__(self, controller: ArmController, registers: RegisterFile, script: Script) -> None:
        self._arm = controller
        self._registers = registers
        self._script = script
        self._offset = script.offset
        self._watchdog_cycles = 0
        self._heard_at = 0
        self._heard_writes = 0
        self._operations = self._changes = 0
        self._background: Steps | None = None
        self._regular: dict[int, Callable[[], Steps | None]] = {
            Command.MOVE_J: lambda: self._move(self._target_of_joints(), linear=False),
            Command.MOVE_J_IK: lambda: self._move(self._target_of_pose(), linear=False),
            Command.MOVE_L: lambda: self._move(self._target_of_pose(), linear=True),
            Command.MOVE_L_FK: lambda: self._move(self._target_of_joints(), linear=True),
            Command.ZERO_FORCE_SENSOR: controller.zero_force,
            Command.SPEED_STOP: self._stop_speed,
            Command.SERVO_STOP: self._stop_servo,
            Command.SET_PAYLOAD: self._set_payload,
            Command.TEACH_MODE: lambda: controller.start(ByHand(self._measured)),
            Command.END_TEACH_MODE: lambda: controller.start(Motion(self._measured()[0])),
            Command.FORCE_MODE_DAMPING: lambda: None,
            Command.FORCE_MODE_GAIN: lambda: None,
            Command.TARGET_WAYPOINT: lambda: self._answer(controller.target_tcp_pose),
            Command.SET_TCP: self._set_tcp,
            Command.INVERSE_KINEMATICS_NEAR: lambda: self._answer(self._inverse(self.arguments(6, 6))),
            Command.PROTECTIVE_STOP: lambda: controller.protective_stop("asked for by the program"),
            Command.STOP_L: lambda: self._stop(in_tool_space=True),
            Command.STOP_J: lambda: self._stop(in_tool_space=False),
            Command.SET_WATCHDOG: self._set_watchdog,
            Command.POSE_WITHIN_LIMITS: lambda: self.answer_int(1, int(self._has_solution())),
            Command.JOINTS_WITHIN_LIMITS: lambda: self.answer_int(
                1, int(bool((np.abs(self.arguments(0, 6)) < 2.0 * np.pi).all()))
            ),
            Command.POSE_TRANS: lambda: self._answer(
                matrix_pose(pose_matrix(self.arguments(0, 6)) @ pose_matrix(self.arguments(6, 6)))
            ),
            Command.TCP_OFFSET: lambda: self._answer(matrix_pose(controller.tool)),
            Command.FORWARD_KINEMATICS: lambda: self._answer(controller.tcp_pose),
            Command.FORWARD_KINEMATICS_OF: lambda: self._answer(
                matrix_pose(controller.kinematics.flange(self.arguments(0, 6)) @ pose_matrix(self.arguments(6, 6)))
            ),
            Command.MOVE_PATH: self._move_path,
            Command.INVERSE_KINEMATICS: lambda: self._answer(self._inverse(controller.target_q)),
            Command.IS_STEADY: lambda: self.answer_int(1, int(controller.is_steady)),
            Command.FREEDRIVE: lambda: controller.start(ByHand(self._measured)),
            Command.END_FREEDRIVE: lambda: controller.start(Motion(self._measured()[0])),
            Command.FREEDRIVE_STATUS: lambda: self.answer_int(1, 0),
            Command.SET_GRAVITY: lambda: None,
            Command.HAS_SOLUTION: lambda: self.answer_int(1, int(self._has_solution())),
            Command.HAS_SOLUTION_NEAR: lambda: self.answer_int(1, int(self._has_solution())),
            Command.SET_TARGET_PAYLOAD: self._set_payload,
        }

    def int_argument(self, index: int) -> int:
        """Return an integer that the client wrote."""
        return self._registers.input_int[self._offset + index]

    def arguments(self, first: int, count: int) -> Vector:
        """Return numbers that the client wrote, shape (count,).

        Raises:
            ProgramError: One is not finite.
        """
        begin = self._offset + first
        values = np.array(self._registers.input_double[begin : begin + count])
        if not np.isfinite(values).all():
            raise ProgramError(f"the arguments are {values.tolist()}")
        return values

    def answer_int(self, index: int, value: int) -> None:
        """Give the client an integer."""
        self._registers.output_int[self._offset + index] = value

    def advance_background(self) -> None:
        """Run a cycle of what was started asynchronously."""
        if self._background is not None and next(self._background, self) is self:
            self._background = None

    def watchdog_lapsed(self) -> bool:
        """Return whether the client has not written for longer than it said it would."""
        writes = self._registers.writes[self._offset]
        if writes != self._heard_writes:
            self._heard_writes, self._heard_at = writes, self._arm.cycles
        return 0 < self._watchdog_cycles < self._arm.cycles - self._heard_at

    def real_time(self, number: int) -> None:
        """Run a command of the real-time kind for this cycle.

        Raises:
            ProgramError: It is not emulated, or its arguments are wrong.
            InverseKinematicsError: The pose is out of reach.
        """
        arm = self._arm
        if number == Command.SERVO_J:
            self._servo(self.arguments(0, 6))
        elif number == Command.SERVO_L:
            self._servo(self._inverse(arm.motion.q))
        elif number == Command.SPEED_J:
            motion = self._threaded(SpeedJ, lambda: SpeedJ(arm.motion.q, arm.motion.qd))
            motion.follow(self.arguments(0, 6), self._positive("acceleration", 6))
        elif number == Command.SPEED_L:
            line = self._threaded(SpeedL, lambda: SpeedL(arm.motion.q, arm.motion.qd, arm.kinematics, arm.tool))
            line.follow(self.arguments(0, 6), self._positive("acceleration", 6))
        elif number == Command.TOOL_CONTACT:
            self.answer_int(1, 0)
        elif number == Command.STEP_TIME:
            self._answer(np.array((arm.period,)))
        elif number == Command.JOINT_HISTORY:
            self._answer(arm.plant.read("q"))
        elif number == Command.JOINT_TORQUES:
            self._answer(arm.plant.data.qfrc_actuator[:6])
        elif number == Command.FLANGE_POSE:
            self._answer(matrix_pose(arm.kinematics.flange(arm.plant.read("q"))))
        else:
            raise ProgramError(f"command {number} is not emulated")

    def regular(self, number: int) -> Steps:
        """Run a command of the regular kind; each step of the generator is a cycle.

        Raises:
            ProgramError: It is not emulated, or may not run now.
            InverseKinematicsError: A pose is out of reach.
        """
        command = self._regular.get(number)
        if command is None:
            raise ProgramError(f"command {number} is not emulated")
        steps = command()
        if steps is not None:
            yield from steps

    def _measured(self) -> tuple[Vector, Vector]:
        return self._arm.plant.read("q"), self._arm.plant.read("qd")

    def _servo(self, target: Vector) -> None:
        lookahead, gain = self.arguments(9, 2)
        for name, value, (lower, upper) in (("lookahead_time", lookahead, LOOKAHEAD), ("gain", gain, GAIN)):
            if not lower <= value <= upper:
                raise ProgramError(f"servoj: {name} is {value}; allowed: {lower} to {upper}")
        arm = self._arm
        self._threaded(Servo, lambda: Servo(arm.motion.q, arm.motion.qd)).follow(target, lookahead, gain)

    def _threaded(self, kind: type[M], make: Callable[[], M]) -> M:
        """Return the running motion of a kind, begun now when another one runs."""
        motion = self._arm.motion
        if not isinstance(motion, kind):
            if motion.runs_in_thread or not motion.done:
                raise ProgramError("another motion is running")
            motion = make()
            self._arm.start(motion)
        return motion

    def _move(self, target: tuple[Vector, Vector], linear: bool) -> Steps | None:
        joints, pose = target
        speed, acceleration = self._positive("speed", 6), self._positive("acceleration", 7)
        if self.int_argument(1):
            self._background = self._in_background(self._along(joints, pose, speed, acceleration, linear))
            return None
        self._background = None
        return self._along(joints, pose, speed, acceleration, linear)

    def _along(self, joints: Vector, pose: Vector, speed: float, acceleration: float, linear: bool) -> Steps:
        arm = self._arm
        if arm.motion.runs_in_thread:
            raise ProgramError("another thread is already controlling the robot")
        motion: Motion
        if linear:
            motion = MoveL(arm.motion.q, pose, speed, acceleration, arm.kinematics, arm.tool)
        else:
            motion = MoveJ(arm.motion.q, joints, speed, acceleration)
        arm.start(motion)
        while arm.motion is motion and not motion.done:
            yield

    def _move_path(self) -> Steps | None:
        steps = self._path()
        if self.int_argument(1):
            self._background = self._in_background(steps)
            return None
        return steps

    def _path(self) -> Steps:
        for move in self._script.path:
            values = np.array(move.values)
            if move.is_pose:
                pose = pose_matrix(values)
                joints = self._arm.kinematics.inverse(pose, self._arm.motion.q, self._arm.tool)
            else:
                joints, pose = values, self._arm.kinematics.flange(values) @ self._arm.tool
            yield from self._along(joints, pose, move.speed, move.acceleration, linear=move.kind != "j")

    def _in_background(self, steps: Steps) -> Steps:
        self._operations = (self._operations + 1) % _SEVEN_BITS
        self._report_progress(_PROGRESS_RUNNING)
        yield from steps
        self._report_progress(0)

    def _report_progress(self, value: int) -> None:
        self._changes = (self._changes + 1) % _SEVEN_BITS
        self.answer_int(2, value + self._changes * _PROGRESS_COUNT + self._operations * _PROGRESS_OPERATION)

    def _stop_speed(self) -> Steps:
        in_tool_space = isinstance(self._arm.motion, SpeedL)
        return self._braked(self._positive("deceleration", 0), in_tool_space)

    def _stop_servo(self) -> Steps:
        return self._braked(self._positive("deceleration", 0), in_tool_space=True)

    def _stop(self, in_tool_space: bool) -> Steps | None:
        steps = self._braked(self._positive("deceleration", 0), in_tool_space)
        if self._background is not None:
            self._background = None
            self._report_progress(0)
        if self.int_argument(1):
            self._background = self._in_background(steps)
            return None
        return steps

    def _braked(self, deceleration: float, in_tool_space: bool) -> Steps:
        arm = self._arm
        q, qd = arm.motion.q, arm.target_qd
        stop = tool_stop(q, qd, deceleration, arm.kinematics, arm.tool) if in_tool_space else Stop(q, qd, deceleration)
        arm.start(stop)
        while arm.motion is stop and not stop.done:
            yield

    def _set_payload(self) -> None:
        mass, *centre = self.arguments(0, 4)
        if not 0.0 <= mass < 100.0:
            raise ProgramError(f"set_payload: the mass is {mass} kg")
        self._arm.payload = float(mass)
        if any(centre):
            self._arm.payload_cog = np.array(centre)

    def _set_tcp(self) -> None:
        self._arm.tool = pose_matrix(self.arguments(0, 6))

    def _set_watchdog(self) -> None:
        frequency = self._positive("frequency", 0)
        self._watchdog_cycles = round(1.0 / (frequency * self._arm.period))
        self._heard_at = self._arm.cycles

    def _target_of_joints(self) -> tuple[Vector, Vector]:
        q = self.arguments(0, 6)
        return q, self._arm.kinematics.flange(q) @ self._arm.tool

    def _target_of_pose(self) -> tuple[Vector, Vector]:
        return self._inverse(self._arm.motion.q), pose_matrix(self.arguments(0, 6))

    def _inverse(self, near: Vector) -> Vector:
        return self._arm.kinematics.inverse(pose_matrix(self.arguments(0, 6)), near, self._arm.tool)

    def _has_solution(self) -> bool:
        try:
            self._inverse(self._arm.target_q)
        except InverseKinematicsError:
            return False
        return True

    def _positive(self, name: str, index: int) -> float:
        value = float(self.arguments(index, 1)[0])
        if not value > 0.0:
            raise ProgramError(f"the {name} is {value}; allowed: more than 0")
        return value

    def _answer(self, values: Vector) -> None:
        begin = self._offset
        self._registers.output_double[begin : begin + len(values)] = [float(value) for value in values]
