# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the controller's modes mean."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rher_robot_driver.ur.protocol import NOTHING_MEASURED, SafetyState
from rher_robot_driver.ur.status import FREE, program_status, status_of

RUNNING = replace(NOTHING_MEASURED, robot_mode=7, safety_mode=1, runtime_state=2)


@pytest.mark.parametrize("safety_mode", [1, 2])
def test_a_running_arm_is_free(safety_mode: int) -> None:
    measured = replace(RUNNING, safety_mode=safety_mode)
    assert status_of(measured) is FREE
    assert program_status(measured) is FREE


@pytest.mark.parametrize(
    ("safety_mode", "state", "words"),
    [
        (3, SafetyState.PROTECTIVE_STOP, "clear what the arm touches"),
        (4, SafetyState.FAULT, "recovery mode"),
        (5, SafetyState.FAULT, "close the safeguard"),
        (6, SafetyState.EMERGENCY_STOP, "release it"),
        (7, SafetyState.EMERGENCY_STOP, "release the button"),
        (8, SafetyState.FAULT, "violation"),
        (9, SafetyState.FAULT, "restart the safety system"),
        (42, SafetyState.FAULT, "unknown safety mode 42"),
    ],
)
def test_every_other_safety_mode_holds_and_says_what_to_do(safety_mode: int, state: SafetyState, words: str) -> None:
    status = status_of(replace(RUNNING, safety_mode=safety_mode, robot_mode=3))
    assert status.state is state
    assert status.holds
    assert words in status.reason
    assert status.reason.endswith("then recover")


def test_an_arm_without_power_is_a_fault() -> None:
    status = status_of(replace(RUNNING, robot_mode=3))
    assert status.state is SafetyState.FAULT
    assert "POWER OFF" in status.reason


@pytest.mark.parametrize(("runtime_state", "name"), [(0, "STOPPING"), (1, "STOPPED"), (4, "PAUSED"), (77, "77")])
def test_a_program_that_does_not_play_is_a_fault_only_when_it_should(runtime_state: int, name: str) -> None:
    measured = replace(RUNNING, runtime_state=runtime_state)
    assert status_of(measured) is FREE
    assert program_status(measured).state is SafetyState.FAULT
    assert f"is {name}" in program_status(measured).reason
