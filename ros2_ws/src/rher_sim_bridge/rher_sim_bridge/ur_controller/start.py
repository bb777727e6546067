# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the emulated arm stands when its controller starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rher_agent.tasks.push import PushTask
from rher_robot_driver.kinematics.dh import UR_ARMS, ArmModel

from rher_sim_bridge.scene.gripper import TOOL_LENGTH
from rher_sim_bridge.ur_controller.kinematics import BASE, ControllerKinematics

Vector = NDArray[np.float64]

READY = (-2.87, -1.84, -2.12, -0.75, 1.57, -1.30)
"""Joint positions from which the start is searched: elbow up, tool down [rad]."""
TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
"""Rotation of the TCP in base_link."""


def start_joints(arm: ArmModel, kinematics: ControllerKinematics) -> Vector:
    """Return joint positions with the tool down where an arm of this size pushes [rad], shape (6,)."""
    parameters, task_arm = PushTask().parameters, UR_ARMS["ur5e"]
    size = sum(arm.dh.a) / sum(task_arm.dh.a)
    tool = np.eye(4)
    tool[2, 3] = TOOL_LENGTH
    pose = np.eye(4)
    pose[:3, :3] = BASE @ TOOL_DOWN
    pose[:3, 3] = BASE @ (size * parameters.center[0], size * parameters.center[1], parameters.cube_size / 2.0)
    return kinematics.inverse(pose, np.array(READY), tool)
