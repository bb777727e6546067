# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Paths by the slash operator."""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, LogInfo
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution, PathSubstitution
from launch_ros.substitutions import FindPackageShare


def generate_launch_description():
    name = LaunchConfiguration("map")
    share = FindPackageShare("fake_nodes")
    return LaunchDescription(
        [
            DeclareLaunchArgument("map"),
            LogInfo(msg=PathSubstitution(share) / "config" / ["map_", name, ".yaml"]),
            LogInfo(msg=share / "launch"),
            LogInfo(msg=PathJoinSubstitution(["/a", ["b_", name], "c"])),
        ]
    )
