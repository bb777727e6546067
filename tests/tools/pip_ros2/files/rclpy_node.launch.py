# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A real node that reports the parameters it was given."""

from launch import LaunchDescription
from launch_ros.actions import Node


def generate_launch_description():
    return LaunchDescription(
        [
            Node(
                package="fake_nodes",
                executable="parameters",
                name="learner",
                namespace="/cell",
                output="screen",
                parameters=[
                    {
                        "an_int": 3,
                        "a_float": 1e-6,
                        "a_bool": False,
                        "a_string": "1.0",
                        "floats": [1, 2.5],
                        "strings": ["yes", "2"],
                        "nested": {"deep": 1},
                    }
                ],
            )
        ]
    )
