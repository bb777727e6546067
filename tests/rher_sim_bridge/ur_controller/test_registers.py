# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Registers and their owners."""

from __future__ import annotations

from rher_sim_bridge.ur_controller.registers import RegisterFile


def test_a_written_input_is_read_and_counted():
    registers = RegisterFile()
    registers.write("input_int_register_24", 11)
    registers.write("input_double_register_5", 0.25)
    registers.write("standard_digital_output", 1)
    assert registers.input_int[24] == 11
    assert registers.input_double[5] == 0.25
    assert registers.writes[24] == 1
    assert sum(registers.writes) == 1


def test_a_name_has_one_owner_until_it_lets_go():
    registers, first, second = RegisterFile(), object(), object()
    name = "input_int_register_0"
    assert registers.claim(name, first)
    assert registers.claim(name, first)
    assert not registers.claim(name, second)
    assert registers.is_claimed(name, second)
    assert not registers.is_claimed(name, first)
    registers.release(first)
    assert registers.claim(name, second)
