# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A launch file without arguments."""

from launch import LaunchDescription


def generate_launch_description():
    return LaunchDescription([])
