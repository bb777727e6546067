# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a driver node does with an arm process, for tests: beats, waits for reports, and keeps every one of them."""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Callable

from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.safety.recovery_rules import RecoveryRules
from rher_robot_driver.ur.protocol import Answer, Beat, Enable, Move, Phase, Report, Request, SafetyState, Six, State
from rher_robot_driver.ur.settings import UrSettings
from rher_robot_driver.ur.supervisor import ArmSupervisor
from rher_sim_bridge.ur_controller.process import ControllerProcess

SAFETY = SafetyParameters(
    (0.25, -0.30, 0.0), (0.75, 0.30, 0.40), table_height=0.0, recovery=RecoveryRules(cool_down=0.2, max_clears=50)
)
"""A roomy box over the emulated table."""
PATIENCE = 30.0
"""After which a report that never comes fails the test [s]."""
BEAT = 0.02
"""Between two signs of life [s]."""
READY = (-2.6, -1.75, -1.95, -1.01, 1.57, -1.03)
"""Joint positions with the tool down, some 10 cm above the table, away from the cube [rad]."""
UP: Six = (0.0, 0.0, 0.05, 0.0, 0.0, 0.0)


class ArmUser:
    """Drives one arm process against the controller at an address."""

    def __init__(self, address: str, safety: SafetyParameters = SAFETY, **settings: object) -> None:
        self.reports: list[Report] = []
        self.supervisor = ArmSupervisor(
            UrSettings(**{"robot_ip": address, **settings}),  # type: ignore[arg-type]
            safety,
        )
        self._waiting: deque[Report] = deque()
        self.episode = 1
        self.step = 0

    def start(self) -> State:
        """Start the arm process and return its first state with a controller, or the one that says there is none."""
        self.supervisor.start()
        return self.state(lambda state: state.phase is not Phase.CONNECTING)

    def enable(self) -> None:
        """Start, and take the arm."""
        self.start()
        answer = self.ask(Enable())
        assert answer.done, answer

    def ask(self, request: Request) -> Answer:
        """Send a request and return its answer."""
        self.supervisor.send(request)
        report = self.wait(lambda report: isinstance(report, Answer))
        assert isinstance(report, Answer)
        assert report.to == type(request).__name__
        return report

    def move(self, twist: Six, count: int = 1) -> list[State]:
        """Send Moves, each after the period of the one before ended; return the states that end them."""
        return [self._move(twist) for _ in range(count)]

    def push_on(self, twist: Six) -> None:
        """Send a Move without waiting for what becomes of it."""
        self.step += 1
        self.supervisor.send(Move(self.episode, self.step, twist))

    def state(self, wanted: Callable[[State], bool]) -> State:
        """Return the first state not yet seen that is wanted."""
        report = self.wait(lambda report: isinstance(report, State) and wanted(report))
        assert isinstance(report, State)
        return report

    def held_by(self, safety: SafetyState) -> State:
        """Return the first state not yet seen in which the arm is held by this."""
        return self.state(lambda state: state.safety is safety)

    def wait(self, wanted: Callable[[Report], bool], beat: bool = True) -> Report:
        """Return the first report not yet seen that is wanted, giving signs of life or not."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            while self._waiting:
                report = self._waiting.popleft()
                self.reports.append(report)
                if wanted(report):
                    return report
            if beat:
                self.supervisor.send(Beat())
            ready = [self.supervisor] if self.supervisor.fileno() >= 0 else []
            select.select(ready, [], [], BEAT)
            self._waiting.extend(self.supervisor.poll())
        raise AssertionError(f"never reported; the last reports are {self.reports[-3:]}")

    def _move(self, twist: Six) -> State:
        self.push_on(twist)
        tag = (self.episode, self.step)
        return self.state(lambda state: state.period_end and (state.episode, state.step) == tag)


class EmulatedArmUser(ArmUser):
    """Drives one arm process against one emulated controller, from the middle of its box."""

    def __init__(self, controller: ControllerProcess, safety: SafetyParameters = SAFETY, **settings: object) -> None:
        super().__init__(controller.address, safety, **settings)
        self.controller = controller

    def start(self) -> State:
        """Place the arm, then start."""
        self.controller.faults.teleport(READY)
        return super().start()
