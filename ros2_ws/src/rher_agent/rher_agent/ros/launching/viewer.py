# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Who shows the scene of a launch, if anybody."""

from __future__ import annotations

from pathlib import Path

from ament_index_python.packages import PackageNotFoundError, get_package_prefix, get_package_share_directory
from launch import LaunchContext, LaunchDescriptionEntity
from launch.actions import DeclareLaunchArgument, LogInfo
from launch_ros.actions import Node

from rher_agent.ros.launching.arguments import argument

VIEWS = ["none", "rviz", "web"]
"""Where the scene is shown."""


def view_argument() -> DeclareLaunchArgument:
    """Return the argument that says where the scene is shown."""
    return DeclareLaunchArgument(
        "view",
        default_value=VIEWS[0],
        choices=VIEWS,
        description="Show the scene in rviz2, where it is installed, or in a browser: web, http://localhost:8080.",
    )


def viewer(context: LaunchContext, use_sim_time: bool) -> list[LaunchDescriptionEntity]:
    """Return what shows the scene, if anything is wanted; in a parameter file the page of browsers is web_view."""
    view = argument(context, "view")
    if view == "rviz":
        return _rviz(use_sim_time)
    if view == "web":
        params_file = argument(context, "params_file")
        files = [params_file] if params_file else []
        return [Node(package="rher_agent", executable="web_view", name="web_view", output="screen", parameters=files)]
    return []


def _rviz(use_sim_time: bool) -> list[LaunchDescriptionEntity]:
    try:
        get_package_prefix("rviz2")
    except PackageNotFoundError:
        return [LogInfo(msg="view:=rviz, but rviz2 is not installed here; the run goes on without it. Try view:=web")]
    config = Path(get_package_share_directory("rher_agent")) / "rviz" / "rher.rviz"
    return [
        Node(
            package="rviz2",
            executable="rviz2",
            name="rviz2",
            output="log",
            arguments=["-d", str(config)],
            parameters=[{"use_sim_time": use_sim_time}],
        )
    ]
