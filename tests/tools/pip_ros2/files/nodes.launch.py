# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes with everything that becomes a ROS argument."""

from typing import List  # noqa: UP035 (the real value_type of a list)

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, GroupAction
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node, PushRosNamespace, SetParameter, SetRemap
from launch_ros.parameter_descriptions import ParameterFile, ParameterValue
from launch_ros.substitutions import FindPackageShare


def generate_launch_description():
    number = LaunchConfiguration("number")
    config = PathJoinSubstitution([FindPackageShare("fake_nodes"), "config", "params.yaml"])
    common = {"package": "fake_nodes", "executable": "report", "output": "screen"}
    return LaunchDescription(
        [
            DeclareLaunchArgument("number", default_value="0.5"),
            Node(**common, exec_name="bare"),
            Node(
                **common,
                exec_name="full",
                name="learner",
                namespace="arm",
                arguments=["--flag", ["a", "b"]],
                ros_arguments=["--log-level", "info"],
                remappings=[("chatter", "/talk"), (["in", "put"], "output")],
                parameters=[
                    {
                        "an_int": 3,
                        "a_float": 0.25,
                        "a_bool": True,
                        "a_string": "1.0",
                        "empty": "",
                        "substituted": number,
                        "joined": [number, "e1"],
                        "kept": ParameterValue(number, value_type=str),
                        "converted": ParameterValue(number, value_type=float),
                        "as_list": ParameterValue("[1, 2]", value_type=str),
                        "typed_list": ParameterValue(["[", number, "]"], value_type=List[float]),  # noqa: UP006
                        "ints": [1, 2, 3],
                        "mixed": [1, 2.5],
                        "strings": ["yes", "2"],
                        "bools": [True, False],
                        "sub_list": [[number], ["1.5"]],
                        "nested": {"inner": {"deep": 1}},
                        (number, "_key"): "by substitution",
                    },
                    config,
                    ParameterFile(config, allow_substs=True),
                ],
            ),
            GroupAction(
                [
                    PushRosNamespace("cell"),
                    PushRosNamespace("left"),
                    SetParameter(name="use_sim_time", value=True),
                    SetRemap(src="a", dst="b"),
                    Node(**common, exec_name="pushed", name="n", parameters=[{"x": 1}], remappings=[("c", "d")]),
                    Node(**common, exec_name="relative", name="n", namespace="arm"),
                    Node(**common, exec_name="absolute", name="n", namespace="/arm/"),
                ]
            ),
            Node(**common, exec_name="named", name="n", parameters=[{"x": 1}]),
        ]
    )
