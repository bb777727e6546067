# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One process that ends at SIGINT, one that ends at SIGTERM only, one that ends at neither."""

from launch import LaunchDescription
from launch_ros.actions import Node


def generate_launch_description():
    return LaunchDescription(
        [
            Node(package="fake_nodes", executable="wait", arguments=list(ignored), output="screen")
            for ignored in ([], ["SIGINT"], ["SIGINT", "SIGTERM"])
        ]
    )
