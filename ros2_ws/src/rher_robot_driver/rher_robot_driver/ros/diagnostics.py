# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What /diagnostics tells of the driver: the arm, the commands, the gripper."""

from __future__ import annotations

from collections.abc import Mapping

from diagnostic_msgs.msg import DiagnosticStatus, KeyValue

from rher_robot_driver.gripper.gripper import GripperState
from rher_robot_driver.ros.command_gate import CommandGate
from rher_robot_driver.ur.protocol import SafetyState, State, Statistics

ERRORS = (SafetyState.FAULT, SafetyState.EMERGENCY_STOP, SafetyState.LOST)
"""What diagnostics call an error; whatever else holds the arm is a warning."""
MANY_MISSED = 0.05
"""Share of the controller's cycles missed from which the driver warns: so much longer do control periods last."""


class MissedCycles:
    """Counts from one look to the next which share of the controller's cycles got no setpoint."""

    def __init__(self) -> None:
        self._before = Statistics()

    def share(self, statistics: Statistics) -> float:
        """Return the share since the last look, 0 to 1; since the last restart of the count where there was one."""
        before = self._before
        if statistics.ticks < before.ticks or statistics.late_ticks < before.late_ticks:
            before = Statistics()
        self._before = statistics
        missed = statistics.late_ticks - before.late_ticks
        return missed / max(1, missed + statistics.ticks - before.ticks)


def safety_level(safety: SafetyState) -> bytes:
    """Return how bad it is."""
    if safety is SafetyState.NORMAL:
        return bytes(DiagnosticStatus.OK)
    return bytes(DiagnosticStatus.ERROR if safety in ERRORS else DiagnosticStatus.WARN)


def too_slow(missed: float, rate: int) -> str:
    """Return a warning when too many cycles of the controller are missed; empty when not.

    Args:
        missed: Their share, 0 to 1.
        rate: Of the cycles [Hz].
    """
    if missed <= MANY_MISSED:
        return ""
    return f"{missed:.0%} of the controller's {rate} cycles a second are missed: this computer is too busy for its arm"


def arm_status(state: State | None, hardware: str, slow: str = "") -> DiagnosticStatus:
    """Return the line of the arm.

    Args:
        state: The newest; None before the first.
        hardware: Which arm, for people.
        slow: Warning of missed cycles; empty when there is none.
    """
    if state is None:
        return _status("arm", DiagnosticStatus.WARN, "not connected yet", {}, hardware)
    statistics, measured = state.statistics, state.measured
    values = {
        "phase": state.phase.value,
        "safety": state.safety.value,
        "reason": state.reason,
        "robot mode": measured.robot_mode,
        "safety mode": measured.safety_mode,
        "program state": measured.runtime_state,
        "speed scaling": measured.speed_scaling,
        "servo ticks": statistics.ticks,
        "late servo ticks": statistics.late_ticks,
        "servo period mean [s]": statistics.period_mean,
        "servo period deviation [s]": statistics.period_deviation,
        "longest servo period [s]": statistics.period_longest,
        **{f"limit {name}": count for name, count in state.limit_counts.items()},
    }
    message = "moves on command"
    if state.safety is not SafetyState.NORMAL:
        message = f"{state.safety.value}: {state.reason}" if state.reason else state.safety.value
    elif slow:
        message = f"{message}, but {slow}"
    level = max(safety_level(state.safety), DiagnosticStatus.WARN if slow else DiagnosticStatus.OK)
    return _status("arm", level, message, values, hardware)


def command_status(gate: CommandGate, hardware: str) -> DiagnosticStatus:
    """Return the line of the commands."""
    holder = gate.admission.writer.holder
    values = {
        "writer": holder,
        **{f"commands {fate}": count for fate, count in gate.counts.items()},
        **{f"admission {name}": count for name, count in gate.admission.counts.items()},
    }
    return _status("commands", DiagnosticStatus.OK, f"'{holder}' holds the arm", values, hardware)


def gripper_status(kind: str, state: GripperState, hardware: str) -> DiagnosticStatus:
    """Return the line of the gripper.

    Args:
        kind: Which gripper it is.
        state: The newest.
        hardware: Which arm, for people.
    """
    level = DiagnosticStatus.ERROR if state.fault else DiagnosticStatus.OK
    return _status("gripper", level, state.fault or kind, {"opening [m]": state.opening}, hardware)


def _status(part: str, level: bytes, message: str, values: Mapping[str, object], hardware: str) -> DiagnosticStatus:
    return DiagnosticStatus(
        level=level,
        name=f"driver: {part}",
        message=message,
        hardware_id=hardware,
        values=[KeyValue(key=key, value=str(value)) for key, value in values.items()],
    )
