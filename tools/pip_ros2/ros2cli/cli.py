# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The entry point of the ``ros2`` command."""

from __future__ import annotations

import argparse
import signal
import sys

from . import launch_command, pkg_command, run_command
from .packages import CommandError

_COMMANDS = ("launch", "pkg", "run")


def main(argv: list[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: Its arguments, None for those of the process.

    Returns:
        The exit code.
    """
    words = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="ros2", description="The ros2 command for ROS 2 from PyPI.")
    subparsers = parser.add_subparsers(dest="command", metavar="|".join(_COMMANDS))
    for command in (launch_command, pkg_command, run_command):
        command.add_parser(subparsers)
    if not words:
        parser.print_help()
        return 0
    if not words[0].startswith("-") and words[0] not in _COMMANDS:
        return _fail(
            f"'{words[0]}' is not there: ROS 2 from PyPI has only {', '.join(_COMMANDS)}; "
            "a native ROS 2 has the other commands"
        )
    args = parser.parse_args(words)
    try:
        return args.main(args)
    except CommandError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return signal.SIGINT


def _fail(message: str) -> int:
    sys.stderr.write(f"ros2: {message}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
