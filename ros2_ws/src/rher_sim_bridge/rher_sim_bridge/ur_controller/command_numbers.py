# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Numbers of the commands that the client library writes to the first input register (ur_rtde 1.6.5)."""

from __future__ import annotations

from enum import IntEnum


class Command(IntEnum):
    """What the control program is asked for. Numbers that are not here are not emulated."""

    NONE = 0
    MOVE_J = 1
    MOVE_J_IK = 2
    MOVE_L = 3
    MOVE_L_FK = 4
    ZERO_FORCE_SENSOR = 8
    SPEED_J = 9
    SPEED_L = 10
    SERVO_J = 11
    SPEED_STOP = 15
    SERVO_STOP = 16
    SET_PAYLOAD = 17
    TEACH_MODE = 18
    END_TEACH_MODE = 19
    FORCE_MODE_DAMPING = 20
    FORCE_MODE_GAIN = 21
    SERVO_L = 24
    TOOL_CONTACT = 25
    STEP_TIME = 26
    JOINT_HISTORY = 27
    TARGET_WAYPOINT = 28
    SET_TCP = 29
    INVERSE_KINEMATICS_NEAR = 30
    PROTECTIVE_STOP = 31
    STOP_L = 33
    STOP_J = 34
    SET_WATCHDOG = 35
    POSE_WITHIN_LIMITS = 36
    JOINTS_WITHIN_LIMITS = 37
    JOINT_TORQUES = 38
    POSE_TRANS = 39
    TCP_OFFSET = 40
    FORWARD_KINEMATICS = 43
    FORWARD_KINEMATICS_OF = 44
    MOVE_PATH = 45
    INVERSE_KINEMATICS = 46
    IS_STEADY = 47
    FREEDRIVE = 52
    END_FREEDRIVE = 53
    FREEDRIVE_STATUS = 54
    FLANGE_POSE = 58
    SET_GRAVITY = 59
    HAS_SOLUTION = 60
    HAS_SOLUTION_NEAR = 61
    SET_TARGET_PAYLOAD = 65
    STOP_SCRIPT = 255


SETPOINTS = frozenset((Command.SPEED_J, Command.SPEED_L, Command.SERVO_J, Command.SERVO_L))
"""Commands that a driver repeats to keep the arm going."""
REAL_TIME = frozenset((6, 9, 10, 11, 24, 25, 26, 27, 38, 58, 66, 67, 68, 69, 70, 71))
"""Commands that the program runs each cycle while they stand in the register, and acknowledges to nobody."""
