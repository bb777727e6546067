# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Writes what acting needs of a checkpoint into a file a tenth as large, to ship or to share.

`ros2 run rher_agent export_policy runs/first/checkpoints/latest.safetensors push.safetensors`; the file serves
`mode:=evaluate checkpoint:=push.safetensors`. No run can go on with it or begin with it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rclpy.utilities import remove_ros_args

from rher_agent.runners.local_learner import export_policy
from rher_agent.storage.checkpoint import CheckpointError


def main(args: list[str] | None = None) -> None:
    """Export; the exit code is 1 when the checkpoint cannot be read."""
    parser = argparse.ArgumentParser(
        prog="export_policy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path, help="of a run")
    parser.add_argument("output", type=Path, help="file to write")
    options = parser.parse_args(remove_ros_args(args if args is not None else sys.argv)[1:])
    try:
        export_policy(options.checkpoint, options.output)
    except (CheckpointError, OSError) as error:
        sys.exit(f"export_policy: {error}")
    sys.stdout.write(f"{options.output}: {options.output.stat().st_size / 1000.0:.0f} kB\n")


if __name__ == "__main__":
    main()
