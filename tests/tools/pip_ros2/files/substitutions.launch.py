# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The other substitutions, one line each."""

from launch import LaunchDescription
from launch.actions import LogInfo
from launch.substitutions import (
    Command,
    EnvironmentVariable,
    FindExecutable,
    LaunchConfiguration,
    PathJoinSubstitution,
    PythonExpression,
    TextSubstitution,
)
from launch_ros.substitutions import ExecutableInPackage, FindPackagePrefix, FindPackageShare


def generate_launch_description():
    return LaunchDescription(
        [
            LogInfo(msg=["text ", TextSubstitution(text="fixed")]),
            LogInfo(msg=["default ", LaunchConfiguration("nothing", default=0.5)]),
            LogInfo(msg=["environment ", EnvironmentVariable("SUBSTITUTIONS_X", default_value="none")]),
            LogInfo(msg=["python ", PythonExpression(["2 * ", TextSubstitution(text="3"), " + int(sqrt(16))"])]),
            LogInfo(msg=["module ", PythonExpression("os.sep", python_modules=["os"])]),
            LogInfo(msg=["command ", Command(["printf ", "hello"])]),
            LogInfo(msg=["executable ", FindExecutable(name="sh")]),
            LogInfo(msg=["join ", PathJoinSubstitution([FindPackageShare("fake_nodes"), "config", "a.yaml"])]),
            LogInfo(msg=["prefix ", FindPackagePrefix("fake_nodes")]),
            LogInfo(msg=["program ", ExecutableInPackage("report", "fake_nodes")]),
        ]
    )
