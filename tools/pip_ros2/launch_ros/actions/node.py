# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Node: start an executable of a ROS package with name, namespace, parameters and remappings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import yaml
from launch.actions import ExecuteProcess
from launch.launch_context import LaunchContext
from launch.logging import get_logger, launch_config
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions
from rclpy.validate_namespace import validate_namespace
from rclpy.validate_node_name import validate_node_name

from ..parameter_descriptions import ParameterFile
from ..parameters import evaluate_parameters
from ..substitutions import ExecutableInPackage
from .node_settings import NAMESPACE, PARAMETERS, REMAPS, join_namespace

SomeParameters = Sequence["ParameterFile | Mapping[Any, Any] | os.PathLike[str] | SomeSubstitutionsType"]
SomeRemapRules = Iterable[tuple[SomeSubstitutionsType, SomeSubstitutionsType]]


class Node(ExecuteProcess):
    """Starts a ROS node.

    Args:
        executable: Name of the executable in the package, or its path without a package.
        package: Package that has the executable.
        name: Name of the node, None for that in its code.
        namespace: Its namespace, below the one pushed in this scope if it is relative.
        exec_name: Label of the process, by default the basename of the executable.
        parameters: Dictionaries, ParameterFile descriptions or paths of YAML files; the last one wins.
        remappings: Pairs of from and to.
        arguments: Arguments in front of ``--ros-args``.
        ros_arguments: More ROS arguments.
        **kwargs: Those of ExecuteProcess but for ``cmd`` and ``name``.
    """

    def __init__(
        self,
        *,
        executable: SomeSubstitutionsType,
        package: SomeSubstitutionsType | None = None,
        name: SomeSubstitutionsType | None = None,
        namespace: SomeSubstitutionsType | None = None,
        exec_name: SomeSubstitutionsType | None = None,
        parameters: SomeParameters | None = None,
        remappings: SomeRemapRules | None = None,
        arguments: Iterable[SomeSubstitutionsType] | None = None,
        ros_arguments: Iterable[SomeSubstitutionsType] | None = None,
        **kwargs: Any,
    ) -> None:
        program = executable if package is None else ExecutableInPackage(executable=executable, package=package)
        command: list[SomeSubstitutionsType] = [program, *(arguments or ())]
        if ros_arguments is not None:
            command += ["--ros-args", *ros_arguments]
        super().__init__(cmd=[*command, "--ros-args"], name=exec_name, **kwargs)
        if isinstance(parameters, (str, Mapping)):
            raise TypeError(f"Node(parameters=...) must be a list, got {parameters!r}")
        self._node_name = None if name is None else normalize_to_list_of_substitutions(name)
        self._namespace = None if namespace is None else normalize_to_list_of_substitutions(namespace)
        self._parameters = [
            item if isinstance(item, (Mapping, ParameterFile)) else ParameterFile(item) for item in parameters or ()
        ]
        self._remappings = [
            (normalize_to_list_of_substitutions(source), normalize_to_list_of_substitutions(target))
            for source, target in remappings or ()
        ]
        self._node_key = "/**"

    def execute(self, context: LaunchContext) -> None:
        """Append the ROS arguments to the command and start the process.

        Raises:
            Exception: The name or the namespace is not valid, or a parameter cannot be evaluated.
        """
        if self._task is None:
            ros_arguments = [
                *self._name_arguments(context),
                *self._parameter_arguments(context),
                *self._remap_arguments(context),
            ]
            self.cmd += [normalize_to_list_of_substitutions(argument) for argument in ros_arguments]
        super().execute(context)

    def _name_arguments(self, context: LaunchContext) -> list[str]:
        name = self._perform(context, self._node_name)
        base = context.launch_configurations.get(NAMESPACE)
        namespace = join_namespace(base, self._perform(context, self._namespace))
        arguments: list[str] = []
        if name is not None:
            validate_node_name(name)
            arguments += ["-r", f"__node:={name}"]
        if namespace is not None:
            validate_namespace(namespace)
            arguments += ["-r", f"__ns:={namespace}"]
        if name is not None and namespace is not None:
            self._node_key = f"{namespace.rstrip('/')}/{name}"
        return arguments

    @staticmethod
    def _perform(context: LaunchContext, subs: list[Substitution] | None) -> str | None:
        return None if subs is None else perform_substitutions(context, subs)

    def _parameter_arguments(self, context: LaunchContext) -> list[str]:
        """Return the arguments for the parameters of the scope first, so that those of the node win."""
        arguments: list[str] = []
        for name, value in context.launch_configurations.get(PARAMETERS, []):
            arguments += ["-p", f"{name}:={yaml.safe_dump(value, default_flow_style=True).splitlines()[0]}"]
        for item in self._parameters:
            if isinstance(item, Mapping):
                values = evaluate_parameters(context, item)
                text = yaml.safe_dump({self._node_key: {"ros__parameters": values}}, sort_keys=False)
                path = self._write_parameters(text)
            else:
                substituted = item.evaluate_text(context)
                path = item.evaluate(context) if substituted is None else self._write_parameters(substituted)
            if path.is_file():
                arguments += ["--params-file", str(path)]
            else:
                get_logger("launch_ros").warning("Parameter file path is not a file: %s", path)
        return arguments

    @staticmethod
    def _write_parameters(text: str) -> Path:
        """Write a parameter file into the log directory of this run, where it tells what the node was given."""
        with NamedTemporaryFile(
            "w", prefix="launch_params_", suffix=".yaml", dir=launch_config.log_dir, delete=False
        ) as file:
            file.write(text)
        return Path(file.name)

    def _remap_arguments(self, context: LaunchContext) -> list[str]:
        own = [
            (perform_substitutions(context, source), perform_substitutions(context, target))
            for source, target in self._remappings
        ]
        arguments: list[str] = []
        for source, target in [*context.launch_configurations.get(REMAPS, []), *own]:
            arguments += ["-r", f"{source}:={target}"]
        return arguments
