# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""``ros2 run``: run an executable of a package."""

from __future__ import annotations

import argparse
import os
import shlex
from typing import NoReturn

from .packages import CommandError, find_executable


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the parser of this verb."""
    parser = subparsers.add_parser("run", help="run an executable of a package")
    parser.set_defaults(main=main)
    parser.add_argument("--prefix", default="", help="command in front of the executable, such as 'gdb --args'")
    parser.add_argument("package_name", help="package that has the executable")
    parser.add_argument("executable_name", help="name of the executable")
    parser.add_argument("argv", nargs=argparse.REMAINDER, help="arguments of the executable")


def main(args: argparse.Namespace) -> NoReturn:
    """Become the executable, so that signals reach it and its exit code is that of the command.

    Raises:
        CommandError: It is not there or cannot be started.
    """
    path = str(find_executable(args.package_name, args.executable_name))
    command = [*shlex.split(args.prefix), path, *args.argv]
    try:
        os.execvp(command[0], command)
    except OSError as error:
        raise CommandError(f"cannot start '{command[0]}': {error}") from error
