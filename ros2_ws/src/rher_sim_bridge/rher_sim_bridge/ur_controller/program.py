# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The program that the client library uploads, re-implemented: it takes commands from registers and moves the arm.

The uploaded text is not interpreted. Numbers and registers of the commands are those of ur_rtde 1.6.5.
"""

from __future__ import annotations

import logging
from collections.abc import Generator

from rher_sim_bridge.ur_controller.command_numbers import REAL_TIME, Command
from rher_sim_bridge.ur_controller.commands import Commands, ProgramError
from rher_sim_bridge.ur_controller.controller import PROGRAM_STOP_DECELERATION, ArmController
from rher_sim_bridge.ur_controller.kinematics import InverseKinematicsError
from rher_sim_bridge.ur_controller.modes import RobotMode, RuntimeState, SafetyMode
from rher_sim_bridge.ur_controller.registers import RegisterFile
from rher_sim_bridge.ur_controller.script import CONTROL_PROGRAM, Script

READY = 1
DONE = 2
"""Values of the hand-shake register."""
START_DELAY = 0.06
"""From the last line of a program to its first cycle [s]; assumed."""


class Program:
    """Runs the control program against an arm.

    Args:
        controller: The arm.
        registers: Where commands come from and answers go to.
    """

    def __init__(self, controller: ArmController, registers: RegisterFile) -> None:
        self._controller = controller
        self._registers = registers
        self.state = RuntimeState.STOPPED
        self.last_error = ""
        """Why the last program ended by itself; empty when it did not."""
        self._script = Script("")
        self._start_at: int | None = None
        self._commands: Commands | None = None
        self._running: Generator[None, None, None] | None = None
        self._is_executing = False
        """Whether the command in the register has been begun."""
        self._resumes = False
        """Whether the program goes on by itself when the arm is released."""

    @property
    def is_running(self) -> bool:
        """Whether a program is playing or paused."""
        return self.state in (RuntimeState.PLAYING, RuntimeState.PAUSED)

    def load(self, script: Script) -> None:
        """Replace the program by an uploaded one and start it, if the robot is ready for one."""
        controller = self._controller
        if not controller.is_remote or controller.robot_mode != RobotMode.RUNNING:
            self._tell("a program was refused: the robot is not in remote control, or not running")
            return
        if controller.safety != SafetyMode.NORMAL:
            self._tell("a program was refused: the robot is stopped for safety")
            return
        self.stop("another program was uploaded" if self.is_running else "")
        self._script = script
        self._start_at = controller.cycles + round(START_DELAY / controller.period)

    def stop(self, reason: str) -> None:
        """End the program; the arm comes to rest."""
        self._start_at = None
        if not self.is_running:
            return
        if reason:
            self._tell(f"program stopped: {reason}")
        self._controller.is_paused = False
        self._controller.halt(PROGRAM_STOP_DECELERATION)
        self._running = self._commands = None
        self.state = RuntimeState.STOPPING

    def pause(self) -> None:
        """Hold the program and bring the arm to rest along its path."""
        if self.state == RuntimeState.PLAYING:
            self.state, self._controller.is_paused = RuntimeState.PAUSED, True

    def play(self) -> bool:
        """Go on with a paused program; return whether one plays now."""
        if self.state == RuntimeState.PAUSED and self._controller.safety == SafetyMode.NORMAL:
            self.state, self._controller.is_paused = RuntimeState.PLAYING, False
        return self.state == RuntimeState.PLAYING

    def tick(self) -> None:
        """Run one cycle of the program and of the arm."""
        controller = self._controller
        self._mind_safety()
        if self._start_at is not None and controller.cycles >= self._start_at and not controller.is_moving:
            self._begin()
        if self.state == RuntimeState.PLAYING:
            try:
                self._run()
            except (ProgramError, InverseKinematicsError) as error:
                self.fail(str(error))
        elif self.state == RuntimeState.STOPPING and not controller.is_moving:
            self.state = RuntimeState.STOPPED
        controller.runtime_state = self.state
        try:
            controller.tick()
        except InverseKinematicsError as error:
            self.fail(str(error))

    def fail(self, reason: str) -> None:
        """End the program because of an error of its own."""
        self.last_error = reason
        self.stop(reason)

    def _begin(self) -> None:
        self._start_at = None
        if self._script.name != CONTROL_PROGRAM:
            self._tell(f"the program '{self._script.name}' is not emulated; it ends at once")
            return
        self.last_error = ""
        self._commands = Commands(self._controller, self._registers, self._script)
        self._running, self._is_executing = None, False
        self.state = RuntimeState.PLAYING
        self._controller.is_paused = False
        self._commands.answer_int(2, 0)
        self._commands.answer_int(0, READY)

    def _run(self) -> None:
        commands = self._commands
        assert commands is not None
        if commands.watchdog_lapsed():
            self.fail("the watchdog heard nothing in time")
            return
        commands.advance_background()
        if self._running is not None:
            self._go_on()
            return
        number = commands.int_argument(0)
        if number == Command.NONE:
            self._is_executing = False
            commands.answer_int(0, READY)
        elif number == Command.STOP_SCRIPT:
            self.stop("")
        elif number in REAL_TIME:
            commands.real_time(number)
            commands.answer_int(0, READY)
        elif not self._is_executing:
            self._is_executing = True
            self._running = commands.regular(number)
            self._go_on()

    def _go_on(self) -> None:
        """Run a cycle of the regular command."""
        assert self._running is not None and self._commands is not None
        if next(self._running, self) is self:
            self._running = None
            self._commands.answer_int(0, DONE)

    def _mind_safety(self) -> None:
        controller = self._controller
        if controller.safety == SafetyMode.ROBOT_EMERGENCY_STOP or controller.robot_mode != RobotMode.RUNNING:
            if self.is_running:
                self.fail("the arm lost its power")
            self._start_at = None
        elif controller.safety != SafetyMode.NORMAL:
            self.pause()
            self._resumes = controller.safety == SafetyMode.SAFEGUARD_STOP
        elif self._resumes:
            self._resumes = False
            self.play()

    def _tell(self, text: str) -> None:
        logging.getLogger(__name__).info("%.3f s: %s", self._controller.time, text)
