# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The actions of the subset."""

from __future__ import annotations

from ..subset import outside_subset
from .configuration import (
    AppendEnvironmentVariable,
    SetEnvironmentVariable,
    SetLaunchConfiguration,
    UnsetEnvironmentVariable,
)
from .declare_launch_argument import DeclareLaunchArgument
from .events import EmitEvent, RegisterEventHandler, Shutdown
from .execute_process import ExecuteProcess
from .functions import LogInfo, OpaqueFunction
from .group_action import GroupAction
from .include_launch_description import IncludeLaunchDescription

__all__ = [
    "AppendEnvironmentVariable",
    "DeclareLaunchArgument",
    "EmitEvent",
    "ExecuteProcess",
    "GroupAction",
    "IncludeLaunchDescription",
    "LogInfo",
    "OpaqueFunction",
    "RegisterEventHandler",
    "SetEnvironmentVariable",
    "SetLaunchConfiguration",
    "Shutdown",
    "UnsetEnvironmentVariable",
]

__getattr__ = outside_subset(__name__, __all__)
