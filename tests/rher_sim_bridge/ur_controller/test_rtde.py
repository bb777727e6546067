# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Two setpoints that a late emulator finds at once are taken one in a cycle, as by a robot, which is never late."""

from __future__ import annotations

import pytest
from rher_sim_bridge.ur_controller.command_numbers import SETPOINTS
from rher_sim_bridge.ur_controller.controller import ArmController
from rher_sim_bridge.ur_controller.framing import HEADER, Packet, pack_frame
from rher_sim_bridge.ur_controller.options import ControllerOptions
from rher_sim_bridge.ur_controller.outputs import Outputs
from rher_sim_bridge.ur_controller.program import Program
from rher_sim_bridge.ur_controller.recipes import INPUTS, Recipe
from rher_sim_bridge.ur_controller.registers import RegisterFile
from rher_sim_bridge.ur_controller.rtde import MOST_PUT_OFF, RtdeSession

NAMES = ("input_int_register_0", "input_double_register_0")
SETPOINT = min(SETPOINTS)


class Line:
    """One connection, and the registers behind it."""

    def __init__(self) -> None:
        self.controller = ArmController(ControllerOptions())
        self.registers = RegisterFile()
        program = Program(self.controller, self.registers)
        outputs = Outputs(self.controller, program, self.registers)
        self.session = RtdeSession(self.controller, self.registers, outputs)
        answer = self.session.feed(pack_frame(Packet.SETUP_INPUTS, ",".join(NAMES).encode()))
        self._recipe = Recipe(answer[HEADER.size], NAMES, INPUTS)

    def send(self, *values: float, command: int = SETPOINT) -> None:
        """Send packages with a number each, all at once."""
        packages = [self._recipe.pack((command, value)) for value in values]
        self.session.feed(b"".join(pack_frame(Packet.DATA, package) for package in packages))

    def cycle(self) -> float:
        """Run one cycle and return the number that it worked with."""
        used = self.registers.input_double[0]
        self.controller.tick()
        self.session.package()
        return used


@pytest.fixture
def line() -> Line:
    return Line()


def test_on_time_the_second_setpoint_of_a_cycle_replaces_the_first(line: Line):
    line.send(1.0, 2.0)
    assert [line.cycle() for _ in range(2)] == [2.0, 2.0]
    assert line.controller.servo_writes == 2


def test_late_the_second_one_waits_for_the_next_cycle(line: Line):
    line.controller.unsteady_until = 4
    line.send(1.0, 2.0)
    assert [line.cycle() for _ in range(3)] == [1.0, 2.0, 2.0]
    assert line.controller.servo_writes == 2


def test_what_comes_after_one_that_waits_waits_too(line: Line):
    line.controller.unsteady_until = 4
    line.send(1.0, 2.0)
    line.send(3.0, command=0)
    assert [line.cycle() for _ in range(3)] == [1.0, 2.0, 3.0]


def test_a_flood_is_not_put_off(line: Line):
    line.controller.unsteady_until = 4
    line.send(*range(1, MOST_PUT_OFF + 3))
    assert line.cycle() == MOST_PUT_OFF + 2
