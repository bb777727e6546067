# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""``ros2 pkg``: what is installed."""

from __future__ import annotations

import argparse
import sys

from .packages import executables, package_names, package_prefix


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the parser of this verb."""
    parser = subparsers.add_parser("pkg", help="show installed packages")
    parser.set_defaults(main=main)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="names of all packages")
    verbs.add_parser("prefix", help="prefix of a package").add_argument("package_name")
    verbs.add_parser("executables", help="executables of a package").add_argument("package_name")


def main(args: argparse.Namespace) -> int:
    """Write what is asked for to the standard output.

    Returns:
        0.

    Raises:
        CommandError: There is no such package.
    """
    if args.verb == "list":
        lines = package_names()
    elif args.verb == "prefix":
        lines = [str(package_prefix(args.package_name))]
    else:
        lines = [f"{args.package_name} {path.name}" for path in executables(args.package_name)]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0
