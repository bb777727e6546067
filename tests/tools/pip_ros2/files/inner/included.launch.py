# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A file to be included: one required argument, one with a default."""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, LogInfo
from launch.substitutions import LaunchConfiguration, ThisLaunchFileDir


def generate_launch_description():
    return LaunchDescription(
        [
            DeclareLaunchArgument("colour", description="of the cube"),
            DeclareLaunchArgument("size", default_value="small"),
            LogInfo(msg=["inner colour=", LaunchConfiguration("colour"), " size=", LaunchConfiguration("size")]),
            LogInfo(msg=["inner dir=", ThisLaunchFileDir()]),
        ]
    )
