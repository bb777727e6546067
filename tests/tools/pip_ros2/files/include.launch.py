# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Includes another file twice, in a group and bare, and shows what of its arguments is left."""

from pathlib import Path

from launch import LaunchDescription
from launch.actions import GroupAction, IncludeLaunchDescription, LogInfo
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution, ThisLaunchFileDir

INCLUDED = str(Path(__file__).parent / "inner" / "included.launch.py")


def generate_launch_description():
    shown = LogInfo(msg=["outer colour=", LaunchConfiguration("colour", default="unset")])
    return LaunchDescription(
        [
            LogInfo(msg=["outer dir=", ThisLaunchFileDir()]),
            GroupAction(
                [
                    IncludeLaunchDescription(
                        PythonLaunchDescriptionSource(
                            PathJoinSubstitution([ThisLaunchFileDir(), "inner", "included.launch.py"])
                        ),
                        launch_arguments={"colour": "red"}.items(),
                    )
                ]
            ),
            shown,
            IncludeLaunchDescription(PythonLaunchDescriptionSource(INCLUDED), launch_arguments=[("colour", "green")]),
            LogInfo(msg=["outer colour=", LaunchConfiguration("colour", default="unset")]),
            LogInfo(msg=["outer size=", LaunchConfiguration("size", default="unset")]),
        ]
    )
