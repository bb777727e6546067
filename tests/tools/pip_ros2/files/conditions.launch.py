# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Conditions and the substitutions of truth."""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, LogInfo
from launch.conditions import (
    IfCondition,
    LaunchConfigurationEquals,
    LaunchConfigurationNotEquals,
    UnlessCondition,
)
from launch.substitutions import (
    AndSubstitution,
    EqualsSubstitution,
    IfElseSubstitution,
    LaunchConfiguration,
    NotEqualsSubstitution,
    NotSubstitution,
    OrSubstitution,
)


def generate_launch_description():
    flag = LaunchConfiguration("flag")
    word = LaunchConfiguration("word")
    return LaunchDescription(
        [
            DeclareLaunchArgument("flag", default_value="true"),
            DeclareLaunchArgument("word", default_value="push"),
            LogInfo(msg="if", condition=IfCondition(flag)),
            LogInfo(msg="unless", condition=UnlessCondition(flag)),
            LogInfo(msg="equals", condition=LaunchConfigurationEquals("word", "push")),
            LogInfo(msg="not equals", condition=LaunchConfigurationNotEquals("word", "push")),
            LogInfo(msg="unset", condition=LaunchConfigurationEquals("nothing", None)),
            LogInfo(msg="equals substitution", condition=IfCondition(EqualsSubstitution(word, "push"))),
            LogInfo(msg="not equals substitution", condition=IfCondition(NotEqualsSubstitution(word, "push"))),
            LogInfo(msg="number", condition=IfCondition(EqualsSubstitution("1.0", "1"))),
            LogInfo(msg="boolean", condition=IfCondition(EqualsSubstitution(flag, True))),
            LogInfo(msg=["not ", NotSubstitution(flag)]),
            LogInfo(msg=["and ", AndSubstitution(flag, "true")]),
            LogInfo(msg=["or ", OrSubstitution(flag, "false")]),
            LogInfo(msg=IfElseSubstitution(flag, if_value="chosen", else_value="other")),
        ]
    )
