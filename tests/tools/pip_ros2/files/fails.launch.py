# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Starts a process, and fails in the way the argument names."""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, ExecuteProcess, OpaqueFunction
from launch.substitutions import EnvironmentVariable, LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.substitutions import FindPackageShare


def fail(context):
    how = LaunchConfiguration("how").perform(context)
    if how == "exception":
        raise RuntimeError("no luck")
    if how == "environment":
        return [ExecuteProcess(cmd=["echo", EnvironmentVariable("THIS_IS_NOT_SET")])]
    if how == "package":
        return [ExecuteProcess(cmd=["echo", FindPackageShare("no_such_package")])]
    if how == "executable":
        return [Node(package="fake_nodes", executable="no_such_executable")]
    return [Node(package="fake_nodes", executable="report", name="not/a/name")]


def generate_launch_description():
    return LaunchDescription(
        [
            DeclareLaunchArgument("how"),
            Node(package="fake_nodes", executable="wait", output="screen"),
            OpaqueFunction(function=fail),
        ]
    )
