# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The dashboard: lines that ask for what the buttons of the pendant do.

Questions and answers are from Universal Robots' article "Dashboard Server e-Series, port 29999".
"""

from __future__ import annotations

from collections.abc import Callable

from rher_sim_bridge.ur_controller.controller import ArmController
from rher_sim_bridge.ur_controller.modes import RobotMode, RuntimeState
from rher_sim_bridge.ur_controller.options import E_SERIES_VERSION
from rher_sim_bridge.ur_controller.program import Program

GREETING = "Connected: Universal Robots Dashboard Server\n"
SERIAL_NUMBER = "20265500001"
"""Digits only: clients read it as a number."""
LOCAL_ANSWER = "Command is not allowed, because the robot is not in remote control"
QUIT = "quit"
NOT_ON_CB = ("get serial number", "get robot model", "is in remote control", "get operational mode")
"""Questions that controllers of the CB series do not understand."""


class Dashboard:
    """Answers lines.

    Args:
        controller: The arm.
        program: What runs on it.
    """

    def __init__(self, controller: ArmController, program: Program) -> None:
        self._arm = controller
        self._program = program
        self._questions: dict[str, Callable[[], str]] = {
            "polyscopeversion": lambda: "URSoftware {}.{}.{}.{} (emulated)".format(*controller.options.version),
            "get serial number": lambda: SERIAL_NUMBER,
            "get robot model": lambda: controller.model_name,
            "is in remote control": lambda: str(controller.is_remote).lower(),
            "robotmode": lambda: f"Robotmode: {controller.robot_mode.name}",
            "safetymode": lambda: f"Safetymode: {controller.safety.name}",
            "safetystatus": lambda: f"Safetystatus: {controller.safety.name}",
            "programstate": lambda: f"{self._state()} rtde_control.urp",
            "running": lambda: f"Program running: {str(program.is_running).lower()}",
            "get loaded program": lambda: "Loaded program: rtde_control.urp",
            "isprogramsaved": lambda: "true rtde_control.urp",
            "get operational mode": lambda: "NONE",
            QUIT: lambda: "Disconnected",
        }
        if controller.options.version < E_SERIES_VERSION:
            for question in NOT_ON_CB:
                del self._questions[question]
        self._actions: dict[str, Callable[[], str]] = {
            "stop": self._stop,
            "play": lambda: "Starting program" if program.play() else "Failed to execute: play",
            "pause": self._pause,
            "power on": self._power_on,
            "power off": self._power_off,
            "brake release": self._release_brakes,
            "unlock protective stop": lambda: controller.unlock() or "Protective stop releasing",
            "restart safety": lambda: "Restarting safety",
            "close popup": lambda: "closing popup",
            "close safety popup": lambda: "closing safety popup",
        }

    def answer(self, line: str) -> str:
        """Return the answer to a line."""
        words = line.strip()
        if question := self._questions.get(words.lower()):
            return question()
        if words.lower().startswith("popup "):
            return "showing popup"
        if words.lower().startswith("addtolog "):
            return "Added log message"
        if not self._arm.is_remote:
            return LOCAL_ANSWER
        if action := self._actions.get(words.lower()):
            return action()
        if words.lower().startswith("load "):
            return f"Loading program: {words[5:]}"
        return f"could not understand: '{words}'"

    def _state(self) -> str:
        if self._program.state == RuntimeState.PAUSED:
            return "PAUSED"
        return "PLAYING" if self._program.is_running else "STOPPED"

    def _stop(self) -> str:
        self._program.stop("the dashboard was told to")
        return "Stopped"

    def _pause(self) -> str:
        self._program.pause()
        return "Pausing program"

    def _power_on(self) -> str:
        self._arm.power_on()
        return "Powering on"

    def _power_off(self) -> str:
        self._arm.set_robot_mode(RobotMode.POWER_OFF)
        return "Powering off"

    def _release_brakes(self) -> str:
        self._arm.release_brakes()
        return "Brake releasing"
