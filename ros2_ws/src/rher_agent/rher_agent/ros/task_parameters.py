# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The geometry and pace of a task as ROS parameters, under the name of the task, such as push.center."""

from __future__ import annotations

from rclpy.node import Node

from rher_agent.ros.parameters import ParameterError, declare_parameters
from rher_agent.tasks.registry import make_task
from rher_agent.tasks.task import Task


def declare_task(node: Node, name: str) -> Task:
    """Declare the parameters of a task and return the task as the user set it.

    Args:
        node: Where to declare them.
        name: Of the task, and before the name of every parameter.

    Raises:
        UnknownTaskError: There is no such task.
        ParameterError: A value has the wrong type or is not allowed.
    """
    parameters = declare_parameters(node, make_task(name).parameters, f"{name}.")
    try:
        return make_task(name, parameters)
    except ValueError as error:
        raise ParameterError(f"{name}.{error}") from error
