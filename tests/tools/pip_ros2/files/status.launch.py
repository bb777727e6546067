# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A process that redraws a status line, and then goes on with ordinary lines."""

from launch import LaunchDescription
from launch_ros.actions import Node


def generate_launch_description():
    return LaunchDescription([Node(package="fake_nodes", executable="status", output="screen", emulate_tty=True)])
