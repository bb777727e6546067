# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Uses keywords outside the subset, chosen by the environment."""

import os

from launch import LaunchDescription
from launch.actions import LogInfo
from launch_ros.actions import Node


def generate_launch_description():
    if os.environ["OUTSIDE"] == "respawn":
        return LaunchDescription([Node(package="fake_nodes", executable="report", respawn=True)])
    if os.environ["OUTSIDE"] == "node":
        return LaunchDescription([Node(package="fake_nodes", executable="report", cached_output=True)])
    return LaunchDescription([LogInfo(message="x")])
