# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the controller's modes mean for us: what holds the arm still, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from rher_robot_driver.ur.protocol import Measured, SafetyState


class RobotMode(IntEnum):
    """Robot modes of RTDE."""

    NO_CONTROLLER = -1
    DISCONNECTED = 0
    CONFIRM_SAFETY = 1
    BOOTING = 2
    POWER_OFF = 3
    POWER_ON = 4
    IDLE = 5
    BACKDRIVE = 6
    RUNNING = 7
    UPDATING_FIRMWARE = 8


class SafetyMode(IntEnum):
    """Safety modes of RTDE."""

    NORMAL = 1
    REDUCED = 2
    PROTECTIVE_STOP = 3
    RECOVERY = 4
    SAFEGUARD_STOP = 5
    SYSTEM_EMERGENCY_STOP = 6
    ROBOT_EMERGENCY_STOP = 7
    VIOLATION = 8
    FAULT = 9


class RuntimeState(IntEnum):
    """Runtime states of RTDE: what the program on the controller does."""

    STOPPING = 0
    STOPPED = 1
    PLAYING = 2
    PAUSING = 3
    PAUSED = 4
    RESUMING = 5


@dataclass(frozen=True)
class Status:
    """What holds the arm still, with the reason and what to do."""

    state: SafetyState
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether the controller lets nothing move."""
        return self.state is not SafetyState.NORMAL


FREE = Status(SafetyState.NORMAL)
"""The controller holds nothing."""

_SAFETY: dict[int, Status] = {
    SafetyMode.NORMAL: FREE,
    SafetyMode.REDUCED: FREE,
    SafetyMode.PROTECTIVE_STOP: Status(
        SafetyState.PROTECTIVE_STOP, "protective stop: clear what the arm touches, then recover"
    ),
    SafetyMode.RECOVERY: Status(
        SafetyState.FAULT, "recovery mode: bring the arm back inside its safety limits on the pendant, then recover"
    ),
    SafetyMode.SAFEGUARD_STOP: Status(
        SafetyState.FAULT, "safeguard stop: close the safeguard and reset it, then recover"
    ),
    SafetyMode.SYSTEM_EMERGENCY_STOP: Status(
        SafetyState.EMERGENCY_STOP,
        "emergency stop of the cell: release it, power the arm on and release its brakes on the pendant, then recover",
    ),
    SafetyMode.ROBOT_EMERGENCY_STOP: Status(
        SafetyState.EMERGENCY_STOP,
        "emergency stop: release the button, power the arm on and release its brakes on the pendant, then recover",
    ),
    SafetyMode.VIOLATION: Status(
        SafetyState.FAULT, "safety violation: restart the safety system on the pendant, then recover"
    ),
    SafetyMode.FAULT: Status(SafetyState.FAULT, "safety fault: restart the safety system on the pendant, then recover"),
}


def status_of(measured: Measured) -> Status:
    """Return what the controller's safety system and power state hold, from its measured modes."""
    mode = measured.safety_mode
    safety = _SAFETY.get(mode)
    if safety is None:
        return Status(SafetyState.FAULT, f"unknown safety mode {mode}: look at the pendant, then recover")
    if safety.holds:
        return safety
    if measured.robot_mode != RobotMode.RUNNING:
        return Status(
            SafetyState.FAULT,
            f"robot mode is {mode_name(RobotMode, measured.robot_mode)}: "
            "power the arm on and release its brakes on the pendant, then recover",
        )
    return FREE


def program_status(measured: Measured) -> Status:
    """Return what status_of returns, and a fault when our program does not run, which it should."""
    status = status_of(measured)
    if status.holds or measured.runtime_state == RuntimeState.PLAYING:
        return status
    return Status(
        SafetyState.FAULT,
        f"our program on the controller is {mode_name(RuntimeState, measured.runtime_state)} (stopped on the pendant, "
        "or the watchdog heard nothing from us): look why, then recover",
    )


def mode_name(modes: type[IntEnum], value: int) -> str:
    """Return the name of a mode, as in 'POWER OFF', or its number when it is unknown."""
    member = _member(modes, value)
    return str(value) if member is None else member.name.replace("_", " ")


def _member(modes: type[IntEnum], value: int) -> IntEnum | None:
    return modes(value) if value in modes._value2member_map_ else None
