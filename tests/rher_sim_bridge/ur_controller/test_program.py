# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The control program and its hand-shake, cycle by cycle and without sockets."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rher_sim_bridge.ur_controller.controller import ArmController
from rher_sim_bridge.ur_controller.framing import Packet, pack_frame
from rher_sim_bridge.ur_controller.modes import RuntimeState, SafetyMode
from rher_sim_bridge.ur_controller.options import ControllerOptions
from rher_sim_bridge.ur_controller.outputs import Outputs
from rher_sim_bridge.ur_controller.program import DONE, READY, Program
from rher_sim_bridge.ur_controller.recipes import OUTPUTS
from rher_sim_bridge.ur_controller.registers import RegisterFile
from rher_sim_bridge.ur_controller.rtde import RtdeSession
from rher_sim_bridge.ur_controller.script import Script


class Cell:
    """A controller with its program running."""

    def __init__(self, **options):
        self.registers = RegisterFile()
        self.controller = ArmController(ControllerOptions(**options))
        self.program = Program(self.controller, self.registers)
        self.outputs = Outputs(self.controller, self.program, self.registers)
        self.program.load(Script("rtde_control"))
        self.run_until(lambda: self.program.state == RuntimeState.PLAYING)

    def command(self, number, *values, integer=0):
        self.registers.input_double[: len(values)] = values
        self.registers.write("input_int_register_1", integer)
        self.registers.write("input_int_register_0", number)

    def run(self, seconds):
        for _ in range(round(seconds / self.controller.period)):
            self.program.tick()

    def run_until(self, condition, seconds=5.0):
        for _ in range(round(seconds / self.controller.period)):
            if condition():
                return
            self.program.tick()
        raise AssertionError("not in time")

    @property
    def word(self):
        return self.registers.output_int[0]


@pytest.fixture
def cell():
    return Cell()


def test_a_regular_command_is_done_once_and_ready_after_it_is_cleared(cell):
    assert cell.word == READY
    q = cell.controller.target_q + 0.05
    cell.command(1, *q, 0.5, 1.0)
    cell.run(0.05)
    assert cell.word == READY
    cell.run_until(lambda: cell.word == DONE)
    assert cell.controller.target_q == pytest.approx(q)
    cell.run(0.1)
    assert cell.word == DONE
    cell.command(0)
    cell.run(0.01)
    assert cell.word == READY


def test_a_number_that_is_not_emulated_ends_the_program(cell):
    for number in (6, 12, 41, 66, 199):
        cell.command(number)
        cell.run_until(lambda: cell.program.state == RuntimeState.STOPPED)
        assert f"command {number} " in cell.program.last_error
        cell.command(0)
        cell.program.load(Script("rtde_control"))
        cell.run_until(lambda: cell.program.state == RuntimeState.PLAYING)


def test_an_emulated_pause_keeps_the_path(cell):
    start = cell.controller.target_q.copy()
    way = np.array((0.5, 0.2, 0.1, 0.0, 0.0, 0.3))
    cell.command(1, *(start + way), 0.5, 1.0)
    cell.run(0.6)
    cell.controller.protective_stop("test")
    cell.run(0.5)
    assert cell.program.state == RuntimeState.PAUSED
    assert not cell.controller.is_moving
    gone = (cell.controller.target_q - start)[way != 0.0] / way[way != 0.0]
    assert np.ptp(gone) < 1e-9
    assert 0.0 < gone[0] < 1.0


def test_a_watchdog_counts_cycles_without_a_write(cell):
    cell.command(35, 20.0)
    cell.run_until(lambda: cell.word == DONE)
    cell.command(0)
    for _ in range(50):
        cell.run(0.04)
        cell.command(0)
    assert cell.program.state == RuntimeState.PLAYING
    cell.run(0.06)
    assert cell.program.state != RuntimeState.PLAYING


def test_every_output_variable_can_be_read(cell):
    assert len(cell.outputs.read(OUTPUTS)) > len(OUTPUTS)


def test_a_joint_outside_its_range_is_not_followed(cell):
    q = cell.controller.target_q.copy()
    cell.command(11, *q[:5], q[5] + 20.0, 0.0, 0.0, 0.002, 0.03, 1000.0)
    cell.run(0.5)
    assert cell.controller.safety == SafetyMode.PROTECTIVE_STOP
    assert np.abs(cell.controller.target_q - q).max() < 0.2


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 72), st.lists(st.floats(), min_size=18, max_size=18)), max_size=4))
def test_no_command_breaks_the_controller(commands):
    cell = Cell()
    for number, values in commands:
        cell.command(number, *values)
        cell.run(0.02)
        assert np.isfinite(cell.controller.target_q).all()
        assert np.isfinite(cell.controller.plant.read("q")).all()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(Packet), st.binary(max_size=60)), max_size=6))
def test_no_package_breaks_a_session(cell, packages):
    session = RtdeSession(cell.controller, cell.registers, cell.outputs)
    with contextlib.suppress(ValueError):
        for packet, payload in packages:
            session.feed(pack_frame(packet, payload))
    session.package()
    session.close()


def test_a_recipe_that_another_connection_has_is_in_use(cell):
    first, second = (RtdeSession(cell.controller, cell.registers, cell.outputs) for _ in range(2))
    request = pack_frame(Packet.SETUP_INPUTS, b"input_int_register_0,input_double_register_0,")
    assert first.feed(request)[3:] == b"\x01INT32,DOUBLE"
    assert second.feed(request)[3:] == b"\x00IN_USE,IN_USE"
    first.close()
    assert second.feed(request)[3:] == b"\x01INT32,DOUBLE"
