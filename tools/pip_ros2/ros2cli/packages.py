# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is installed: packages, their launch files and executables, by the ament index."""

from __future__ import annotations

import os
from pathlib import Path

from ament_index_python.packages import PackageNotFoundError, get_package_prefix, get_packages_with_prefixes


class CommandError(Exception):
    """A mistake of the user, told in one line."""


def package_names() -> list[str]:
    """Return the names of all installed packages.

    Raises:
        CommandError: The environment of the workspace has not been sourced.
    """
    try:
        return sorted(get_packages_with_prefixes())
    except OSError as error:
        raise CommandError(f"{error}; source the set-up file of the workspace first") from error


def package_prefix(package: str) -> Path:
    """Return the prefix of a package.

    Raises:
        CommandError: There is no such package.
    """
    try:
        return Path(get_package_prefix(package))
    except (PackageNotFoundError, ValueError, OSError):
        raise CommandError(f"package '{package}' not found; installed: {', '.join(package_names())}") from None


def launch_files(package: str) -> list[Path]:
    """Return the launch files of a package."""
    return sorted((package_prefix(package) / "share" / package).rglob("*launch.py"))


def find_launch_file(package: str, name: str) -> Path:
    """Return the path of a file of a package's share directory.

    Raises:
        CommandError: It is not there, or more than once.
    """
    share = package_prefix(package) / "share" / package
    matches = sorted(path for path in share.rglob(name) if path.is_file())
    if not matches:
        there = ", ".join(path.name for path in launch_files(package)) or "none"
        raise CommandError(f"launch file '{name}' not found in package '{package}'; it has: {there}")
    if len(matches) > 1:
        raise CommandError(f"launch file '{name}' found more than once: {', '.join(map(str, matches))}")
    return matches[0]


def executables(package: str) -> list[Path]:
    """Return the executables of a package."""
    directory = package_prefix(package) / "lib" / package
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if path.is_file() and os.access(path, os.X_OK))


def find_executable(package: str, name: str) -> Path:
    """Return the path of an executable of a package.

    Raises:
        CommandError: There is no such executable.
    """
    available = executables(package)
    for path in available:
        if path.name == name:
            return path
    there = ", ".join(path.name for path in available) or "none"
    raise CommandError(f"executable '{name}' not found in package '{package}'; it has: {there}")
