# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Scopes of groups: launch configurations and environment."""

from launch import LaunchDescription
from launch.actions import (
    AppendEnvironmentVariable,
    GroupAction,
    LogInfo,
    SetEnvironmentVariable,
    SetLaunchConfiguration,
    UnsetEnvironmentVariable,
)
from launch.conditions import IfCondition
from launch.substitutions import EnvironmentVariable, LaunchConfiguration


def show(label):
    return LogInfo(
        msg=[
            f"{label}: a=",
            LaunchConfiguration("a", default="unset"),
            " b=",
            LaunchConfiguration("b", default="unset"),
            " GROUPS_A=",
            EnvironmentVariable("GROUPS_A", default_value="unset"),
            " GROUPS_B=",
            EnvironmentVariable("GROUPS_B", default_value="unset"),
        ]
    )


def generate_launch_description():
    change = [
        SetLaunchConfiguration("a", "2"),
        AppendEnvironmentVariable("GROUPS_A", "2"),
        AppendEnvironmentVariable("GROUPS_A", "0", prepend=True, separator="-"),
        UnsetEnvironmentVariable("GROUPS_B"),
    ]
    return LaunchDescription(
        [
            SetLaunchConfiguration("a", "1"),
            SetEnvironmentVariable("GROUPS_A", "1"),
            AppendEnvironmentVariable("GROUPS_B", "1"),
            show("begin"),
            GroupAction([*change, show("scoped")]),
            show("after scoped"),
            GroupAction([show("not forwarding")], forwarding=False, launch_configurations={"b": "kept"}),
            show("after not forwarding"),
            GroupAction([SetLaunchConfiguration("a", "3")], condition=IfCondition("false")),
            show("after condition"),
            GroupAction(change, scoped=False),
            show("after not scoped"),
        ]
    )
