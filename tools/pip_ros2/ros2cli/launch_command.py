# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""``ros2 launch``: run a launch file, or show its arguments."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import traceback

from launch.actions import IncludeLaunchDescription
from launch.launch_context import LaunchContext
from launch.launch_description import DeclaredArgument, LaunchDescription
from launch.launch_description_sources import AnyLaunchDescriptionSource
from launch.launch_service import LaunchService
from launch.logging import launch_config
from launch.utilities import describe_substitutions

from .packages import CommandError, find_launch_file, launch_files

# Launch configurations that the actions of launch read themselves, whether declared as arguments or not.
_BUILT_IN_ARGUMENTS = ("emulate_tty", "sigkill_timeout", "sigterm_timeout")


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the parser of this verb."""
    parser = subparsers.add_parser("launch", help="run a launch file")
    parser.set_defaults(main=main)
    parser.add_argument("-n", "--noninteractive", action="store_true", default=not sys.stdin.isatty())
    parser.add_argument("-d", "--debug", action="store_true", help="show debug messages")
    parser.add_argument(
        "-s", "--show-args", "--show-arguments", action="store_true", help="show the arguments of the launch file"
    )
    parser.add_argument(
        "-a", "--show-all-subprocesses-output", action="store_true", help="show the output of all processes"
    )
    parser.add_argument("package_name", help="package that has the launch file, or the path of a launch file")
    parser.add_argument("launch_file_name", nargs="?", help="name of the launch file")
    parser.add_argument("launch_arguments", nargs="*", help="arguments, as <name>:=<value>; the last one wins")


def main(args: argparse.Namespace) -> int:
    """Run the verb.

    Returns:
        The exit code: 0, or 1 if launching failed.

    Raises:
        CommandError: A mistake in the command line, a launch file that cannot be loaded, or no log directory.
    """
    launch_config.level = logging.DEBUG if args.debug else logging.INFO
    words = list(args.launch_arguments)
    if os.path.isfile(args.package_name):
        path = os.path.abspath(args.package_name)
        if args.launch_file_name is not None:
            words.insert(0, args.launch_file_name)
    elif args.launch_file_name is None:
        if os.sep in args.package_name or args.package_name.endswith(".py"):
            raise CommandError(f"launch file '{args.package_name}' does not exist")
        there = ", ".join(found.name for found in launch_files(args.package_name)) or "none"
        raise CommandError(f"no launch file given; package '{args.package_name}' has: {there}")
    else:
        path = str(find_launch_file(args.package_name, args.launch_file_name))
    given = parse_arguments(words)

    source = AnyLaunchDescriptionSource(path)
    try:
        description = source.get_launch_description(LaunchContext())
        declared = description.find_launch_arguments(source.directory)
    except Exception as error:
        if args.debug:
            traceback.print_exc()
        message = " ".join(str(error).split())
        raise CommandError(f"cannot load launch file '{path}': {type(error).__name__}: {message}") from error
    if args.show_args:
        show_arguments(declared)
        return 0
    check_arguments(declared, given)
    if args.show_all_subprocesses_output:
        os.environ["OVERRIDE_LAUNCH_PROCESS_OUTPUT"] = "both"
    service = LaunchService(argv=words, noninteractive=args.noninteractive, debug=args.debug)
    include = IncludeLaunchDescription(source, launch_arguments=given.items())
    service.include_launch_description(LaunchDescription([include]))
    try:
        os.makedirs(launch_config.log_dir, exist_ok=True)
    except OSError as error:
        raise CommandError(f"cannot make the log directory, set ROS_LOG_DIR: {error}") from error
    return service.run()


def parse_arguments(words: list[str]) -> dict[str, str]:
    """Return the launch arguments by name.

    Raises:
        CommandError: A word is not of the form ``name:=value``.
    """
    given: dict[str, str] = {}
    for word in words:
        name, separator, value = word.partition(":=")
        if not name or not separator or not value:
            raise CommandError(f"malformed launch argument '{word}', expected format '<name>:=<value>'")
        given[name] = value
    return given


def check_arguments(declared: list[DeclaredArgument], given: dict[str, str]) -> None:
    """Check the given launch arguments before anything is started.

    Raises:
        CommandError: One is unknown, missing, or has a value that is none of its choices.
    """
    arguments = {item.argument.name: item for item in declared}
    for name, value in given.items():
        if name in arguments:
            try:
                arguments[name].argument.check(value)
            except RuntimeError as error:
                raise CommandError(str(error)) from error
        elif name not in _BUILT_IN_ARGUMENTS:
            known = ", ".join(sorted(arguments)) or "none"
            raise CommandError(f"unknown launch argument '{name}'; this launch file has: {known}")
    for name, item in arguments.items():
        required = not item.conditional and not item.includes and item.argument.default_value is None
        if required and name not in given:
            raise CommandError(f"missing launch argument '{name}' ({item.argument.description})")


def show_arguments(declared: list[DeclaredArgument]) -> None:
    """Write the launch arguments to the standard output."""
    lines = ["Arguments (pass arguments as '<name>:=<value>'):"]
    for item in declared:
        argument = item.argument
        lines += ["", f"    '{argument.name}':{'*' if item.conditional else ''}", f"        {argument.description}"]
        if argument.default_value is not None:
            lines.append(f"        (default: {describe_substitutions(argument.default_value)})")
    if not declared:
        lines += ["", "  No arguments."]
    if any(item.conditional for item in declared):
        lines += ["", "* argument(s) which are only used if specific conditions occur"]
    sys.stdout.write("\n".join(lines) + "\n")
