# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What rviz2 and other onlookers see of the arm: description, joints, frames and the force on its tool."""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import WrenchStamped
from rclpy.node import Node
from rher_agent.ros.quality import LATCHED, LOCKSTEP, WRENCH
from sensor_msgs.msg import JointState
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage

from rher_robot_driver.description.frames import LinkFrames, fixed_frames
from rher_robot_driver.description.tool import Tool
from rher_robot_driver.description.urdf import robot_description
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.ros.messages import joint_state_message
from rher_robot_driver.ros.transforms import transform_message
from rher_robot_driver.ros.wrenches import wrench_message
from rher_robot_driver.ur.protocol import Measured
from rher_robot_driver.ur.settings import UrSettings

CLOCK_STEP_NS = 1_000_000_000
"""Back by which a stamp is of another time than what was shown, and not a repeat [ns]."""


class ArmVisuals:
    """Publishes /robot_description and /tf_static once, /joint_states and /tf for every state shown.

    The force on the tool only while somebody looks.

    Args:
        node: Carries the publishers.
        settings: Which arm, with what on its flange.
    """

    def __init__(self, node: Node, settings: UrSettings) -> None:
        arm = UR_ARMS[settings.robot_model]
        self._link_frames = LinkFrames(arm)
        self._shown_ns = 0
        self._joint_states = node.create_publisher(JointState, "joint_states", LOCKSTEP)
        self._frames = node.create_publisher(TFMessage, "/tf", LOCKSTEP)
        self._wrenches = node.create_publisher(WrenchStamped, WRENCH, LOCKSTEP)
        self._static_frames = node.create_publisher(TFMessage, "/tf_static", LATCHED)
        self._description = node.create_publisher(String, "robot_description", LATCHED)
        tool = Tool(length=settings.tcp_offset, mass=settings.payload)
        self._description.publish(String(data=robot_description(arm, tool)))
        frames = [transform_message(frame, 0) for frame in fixed_frames(settings.tcp_offset)]
        self._static_frames.publish(TFMessage(transforms=frames))

    def show(self, measured: Measured, stamp_ns: int) -> None:
        """Show the joints as they were at a time of ROS [ns]; a stamp is shown once, as tf2 wants it.

        A clock that was set back is followed: what was shown before was of another time.
        """
        if 0 <= self._shown_ns - stamp_ns < CLOCK_STEP_NS:
            return
        self._shown_ns = stamp_ns
        self._joint_states.publish(joint_state_message(measured, stamp_ns))
        frames = [transform_message(frame, stamp_ns) for frame in self._link_frames.at(measured.q)]
        self._frames.publish(TFMessage(transforms=frames))
        if self._wrenches.get_subscription_count() > 0:
            wrench, orientation = np.array(measured.wrench), np.array(measured.tcp_orientation)
            self._wrenches.publish(wrench_message(wrench, orientation, stamp_ns))
