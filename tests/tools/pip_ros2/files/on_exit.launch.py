# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A required process that ends, and one that would run for ever."""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, Shutdown
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node


def generate_launch_description():
    return LaunchDescription(
        [
            DeclareLaunchArgument("code", default_value="0"),
            Node(package="fake_nodes", executable="wait", output="screen"),
            Node(
                package="fake_nodes",
                executable="leave",
                arguments=[LaunchConfiguration("code")],
                on_exit=Shutdown(reason="done"),
            ),
        ]
    )
