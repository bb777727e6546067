# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Actions that set namespace, parameters and remappings for all nodes of the scope.

They are kept in launch configurations, so that a scoped group bounds them.
"""

from __future__ import annotations

from typing import Any

from launch.action import Action
from launch.condition import Condition
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions
from rclpy.validate_namespace import validate_namespace

from ..parameters import evaluate_value

NAMESPACE = "ros_namespace"
PARAMETERS = "global_params"
REMAPS = "ros_remaps"


def join_namespace(base: str | None, namespace: str | None) -> str | None:
    """Return ``namespace`` below ``base``, absolute and without a trailing slash.

    An absolute namespace ignores the base; None stands for the base itself.
    """
    if namespace is None:
        joined = base
    elif not base or namespace.startswith("/"):
        joined = namespace
    else:
        joined = f"{base.rstrip('/')}/{namespace}"
    return None if joined is None else "/" + joined.strip("/")


class PushROSNamespace(Action):
    """Puts the following nodes of the scope into a namespace, below the current one if it is relative."""

    def __init__(self, namespace: SomeSubstitutionsType, *, condition: Condition | None = None) -> None:
        super().__init__(condition=condition)
        self.namespace = normalize_to_list_of_substitutions(namespace)

    def execute(self, context: LaunchContext) -> None:
        """Set the namespace."""
        pushed = perform_substitutions(context, self.namespace)
        namespace = join_namespace(context.launch_configurations.get(NAMESPACE), pushed) or "/"
        validate_namespace(namespace)
        context.launch_configurations[NAMESPACE] = namespace


class SetParameter(Action):
    """Sets a parameter of the following nodes of the scope; one given by the node itself wins."""

    def __init__(self, name: SomeSubstitutionsType, value: Any, *, condition: Condition | None = None) -> None:
        super().__init__(condition=condition)
        self.name = normalize_to_list_of_substitutions(name)
        self.value = value

    def execute(self, context: LaunchContext) -> None:
        """Set the parameter."""
        name = perform_substitutions(context, self.name)
        parameter = (name, evaluate_value(context, name, self.value))
        context.launch_configurations[PARAMETERS] = [
            *context.launch_configurations.get(PARAMETERS, []),
            parameter,
        ]


class SetRemap(Action):
    """Adds a remapping to the following nodes of the scope, in front of their own."""

    def __init__(
        self, src: SomeSubstitutionsType, dst: SomeSubstitutionsType, *, condition: Condition | None = None
    ) -> None:
        super().__init__(condition=condition)
        self.src = normalize_to_list_of_substitutions(src)
        self.dst = normalize_to_list_of_substitutions(dst)

    def execute(self, context: LaunchContext) -> None:
        """Add the remapping."""
        remap = (perform_substitutions(context, self.src), perform_substitutions(context, self.dst))
        context.launch_configurations[REMAPS] = [*context.launch_configurations.get(REMAPS, []), remap]
