# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Substitutions that find installed packages and their executables in the ament index."""

from __future__ import annotations

import os
import shutil

from ament_index_python.packages import get_package_prefix, get_package_share_directory
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.subset import outside_subset
from launch.substitution import Substitution
from launch.substitutions import PathJoinSubstitution, SubstitutionFailure
from launch.utilities import describe_substitutions, normalize_to_list_of_substitutions, perform_substitutions

__all__ = ["ExecutableInPackage", "FindPackagePrefix", "FindPackageShare"]


class _FindPackage(Substitution):
    """A directory of a package."""

    def __init__(self, package: SomeSubstitutionsType) -> None:
        self.package = normalize_to_list_of_substitutions(package)

    def __truediv__(self, additional_path: SomeSubstitutionsType) -> PathJoinSubstitution:
        return PathJoinSubstitution([self, additional_path])

    def describe(self) -> str:
        """Return the package within the description of this substitution."""
        return f"{type(self).__name__}(pkg={describe_substitutions(self.package)})"


class FindPackagePrefix(_FindPackage):
    """The prefix below which a package is installed."""

    def perform(self, context: LaunchContext) -> str:
        """Return the prefix."""
        return get_package_prefix(perform_substitutions(context, self.package))


class FindPackageShare(_FindPackage):
    """The share directory of a package."""

    def perform(self, context: LaunchContext) -> str:
        """Return the directory."""
        return get_package_share_directory(perform_substitutions(context, self.package))


class ExecutableInPackage(FindPackagePrefix):
    """The path of an executable of a package."""

    def __init__(self, executable: SomeSubstitutionsType, package: SomeSubstitutionsType) -> None:
        super().__init__(package)
        self.executable = normalize_to_list_of_substitutions(executable)

    def perform(self, context: LaunchContext) -> str:
        """Return the path.

        Raises:
            SubstitutionFailure: The package has no such executable.
        """
        executable = perform_substitutions(context, self.executable)
        package = perform_substitutions(context, self.package)
        directory = os.path.join(super().perform(context), "lib", package)
        path = shutil.which(executable, path=directory)
        if path is None:
            there = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
            raise SubstitutionFailure(
                f"executable '{executable}' not found in '{directory}', which has: {', '.join(there) or 'nothing'}"
            )
        return path


__getattr__ = outside_subset(__name__, __all__)
