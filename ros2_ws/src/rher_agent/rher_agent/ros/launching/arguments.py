# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Arguments of a launch file: their values, and the refusal of those that `ros2 launch` would pass over."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from launch import LaunchContext
from launch.substitutions import LaunchConfiguration

FLAG = ["true", "false"]


def argument(context: LaunchContext, name: str) -> str:
    """Return the text of an argument."""
    text: str = LaunchConfiguration(name).perform(context)
    return text


def refuse_unknown_arguments(context: LaunchContext, file: str, known: list[str]) -> None:
    """Refuse a misspelt argument, which `ros2 launch` would pass over.

    Only when this very file was named on the command line: a file that includes it may have arguments of its own.

    Args:
        context: Of the launch.
        file: Path of the launch file.
        known: Names of its arguments.

    Raises:
        RuntimeError: There is one; the message lists what is allowed.
    """
    if Path(file).name not in {Path(word).name for word in sys.argv}:
        return
    given = {word.split(":=")[0] for word in sys.argv if ":=" in word}
    unknown = sorted(given - set(known))
    if unknown:
        raise RuntimeError(f"unknown launch argument {', '.join(unknown)}; allowed: {', '.join(known)}")


def check_numbers(context: LaunchContext, kinds: Mapping[str, type]) -> None:
    """Refuse text where a number belongs, before anything starts.

    Args:
        context: Of the launch.
        kinds: int or float, by argument.

    Raises:
        RuntimeError: There is some; the message names the argument and what is allowed.
    """
    for name, kind in kinds.items():
        text = argument(context, name)
        try:
            kind(text)
        except ValueError as error:
            allowed = "a whole number" if kind is int else "a number"
            raise RuntimeError(f"{name} is '{text}'; allowed: {allowed}") from error
