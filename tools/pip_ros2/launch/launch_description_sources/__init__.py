# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Sources of launch descriptions: Python launch files, and a clear error for the other kinds."""

from __future__ import annotations

import os
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

from ..launch_description import LaunchDescription
from ..launch_description_source import LaunchDescriptionSource
from ..some_substitutions_type import SomeSubstitutionsType
from ..subset import outside_subset

__all__ = [
    "AnyLaunchDescriptionSource",
    "InvalidPythonLaunchFileError",
    "PythonLaunchDescriptionSource",
    "get_launch_description_from_python_launch_file",
]


class InvalidPythonLaunchFileError(Exception):
    """A launch file that cannot give a launch description."""


def get_launch_description_from_python_launch_file(python_launch_file_path: str) -> LaunchDescription:
    """Run a Python launch file and return what its ``generate_launch_description()`` returns.

    Raises:
        FileNotFoundError: There is no such file.
        InvalidPythonLaunchFileError: The file has no such function, or it is no Python launch file.
    """
    path = python_launch_file_path
    if not os.path.isfile(path):
        raise FileNotFoundError(f"launch file '{path}' does not exist")
    if not path.endswith(".py"):
        raise InvalidPythonLaunchFileError(
            f"launch file '{path}' is outside the subset that stands in for a native ROS 2: only Python launch "
            "files can be run, no XML or YAML ones"
        )
    loader = SourceFileLoader("python_launch_file", path)
    spec = spec_from_loader(loader.name, loader)
    if spec is None:
        raise InvalidPythonLaunchFileError(f"launch file '{path}' cannot be loaded")
    module = module_from_spec(spec)
    loader.exec_module(module)
    if not hasattr(module, "generate_launch_description"):
        raise InvalidPythonLaunchFileError(
            f"launch file at '{path}' does not contain the required function 'generate_launch_description()'"
        )
    return module.generate_launch_description()


class PythonLaunchDescriptionSource(LaunchDescriptionSource):
    """A Python launch file."""

    def __init__(self, launch_file_path: SomeSubstitutionsType) -> None:
        super().__init__(None, launch_file_path, "interpreted python launch file")

    def _load(self, path: str) -> LaunchDescription:
        return get_launch_description_from_python_launch_file(path)


class AnyLaunchDescriptionSource(PythonLaunchDescriptionSource):
    """A launch file of any kind; the subset has Python launch files only."""


__getattr__ = outside_subset(__name__, __all__)
