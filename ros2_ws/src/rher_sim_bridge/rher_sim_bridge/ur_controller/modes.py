# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""States of a controller, with the numbers that RTDE gives them (Universal Robots' RTDE guide)."""

from __future__ import annotations

from enum import IntEnum


class RobotMode(IntEnum):
    """Whether the arm has power and its brakes are open."""

    POWER_OFF = 3
    POWER_ON = 4
    IDLE = 5
    RUNNING = 7


class SafetyMode(IntEnum):
    """What holds the arm."""

    NORMAL = 1
    PROTECTIVE_STOP = 3
    SAFEGUARD_STOP = 5
    ROBOT_EMERGENCY_STOP = 7


class RuntimeState(IntEnum):
    """Where the program is."""

    STOPPING = 0
    STOPPED = 1
    PLAYING = 2
    PAUSING = 3
    PAUSED = 4
    RESUMING = 5


_STOPPED_DUE_TO_SAFETY = 1 << 10
SAFETY_BITS = {
    SafetyMode.NORMAL: 1 << 0,
    SafetyMode.PROTECTIVE_STOP: 1 << 2 | _STOPPED_DUE_TO_SAFETY,
    SafetyMode.SAFEGUARD_STOP: 1 << 4 | _STOPPED_DUE_TO_SAFETY,
    SafetyMode.ROBOT_EMERGENCY_STOP: 1 << 6 | 1 << 7 | _STOPPED_DUE_TO_SAFETY,
}
"""safety_status_bits of each mode."""
