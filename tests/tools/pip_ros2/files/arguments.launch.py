# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Arguments of every kind; the log shows their values."""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, LogInfo
from launch.substitutions import EnvironmentVariable, LaunchConfiguration


def generate_launch_description():
    names = ("task", "seed", "mode", "home")
    return LaunchDescription(
        [
            DeclareLaunchArgument("task", description="what to learn"),
            DeclareLaunchArgument("seed", default_value="0", description="of all random numbers."),
            DeclareLaunchArgument("mode", default_value="train", choices=["train", "evaluate"]),
            DeclareLaunchArgument(
                "home", default_value=["in ", EnvironmentVariable("ARGUMENTS_HOME", default_value="nowhere")]
            ),
            DeclareLaunchArgument("unused", default_value="x", choices=["x", "y"], description="letters"),
            *(LogInfo(msg=[f"{name}=", LaunchConfiguration(name)]) for name in names),
        ]
    )
