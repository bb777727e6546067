# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A program that does not exist, beside one that does."""

from launch import LaunchDescription
from launch.actions import ExecuteProcess


def generate_launch_description():
    return LaunchDescription(
        [
            ExecuteProcess(cmd=["/no/such/program"]),
            ExecuteProcess(cmd=["echo", "still here"], output="screen"),
        ]
    )
