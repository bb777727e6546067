# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The arm's states as messages. Every float crosses unchanged; all poses are in base_link."""

from __future__ import annotations

import numpy as np
from rher_agent.ros.conversions import fill_header, fill_pose, fill_twist, fill_wrench
from rher_interfaces.msg import ArmState
from sensor_msgs.msg import JointState

from rher_robot_driver.description.links import JOINT_NAMES
from rher_robot_driver.ros.state_reporter import Told
from rher_robot_driver.ur.protocol import Measured, SafetyState

SAFETY = {
    SafetyState.NORMAL: ArmState.NORMAL,
    SafetyState.DISABLED: ArmState.DISABLED,
    SafetyState.STOPPED: ArmState.STOPPED,
    SafetyState.PROTECTIVE_STOP: ArmState.PROTECTIVE_STOP,
    SafetyState.EMERGENCY_STOP: ArmState.EMERGENCY_STOP,
    SafetyState.FAULT: ArmState.FAULT,
    SafetyState.LOST: ArmState.LOST,
}
"""Values of ArmState.safety."""


def arm_state_message(told: Told, stamp_ns: int, gripper: float) -> ArmState:
    """Return a state as a message; its objects_stamp is 0, as real time wants it.

    Args:
        told: The state, and as what it is told.
        stamp_ns: When it was measured, on the clock of ROS [ns].
        gripper: Opening [m].
    """
    state, measured = told.state, told.state.measured
    message = ArmState(
        episode=state.episode,
        step=state.step,
        gripper=gripper,
        clipped=state.clipped,
        stopped=state.stopped,
        safety=SAFETY[state.safety],
        refused=told.refused,
        reason=told.reason,
    )
    fill_header(message.header, stamp_ns)
    fill_pose(message.tcp_pose, np.array(measured.tcp_position), np.array(measured.tcp_orientation))
    fill_twist(message.tcp_twist, np.array(measured.tcp_twist[:3]), np.array(measured.tcp_twist[3:]))
    fill_wrench(message.wrench, np.array(measured.wrench))
    fill_twist(message.executed_twist, np.array(state.executed_twist[:3]), np.array(state.executed_twist[3:]))
    return message


def joint_state_message(measured: Measured, stamp_ns: int) -> JointState:
    """Return the joints' positions [rad] and speeds [rad/s] at a time of ROS [ns]."""
    message = JointState(name=list(JOINT_NAMES), position=list(measured.q), velocity=list(measured.qd))
    fill_header(message.header, stamp_ns)
    return message
