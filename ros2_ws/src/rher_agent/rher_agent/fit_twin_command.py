# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Gives the simulator the delays and the noise of a cell: `ros2 run rher_agent fit_twin runs/first/recordings`.

It reads the recordings of real_push.launch.py and writes a parameter file for sim.launch.py.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rclpy.utilities import remove_ros_args

from rher_agent.recording.playback import find_recordings
from rher_agent.ros.cell_log import read_recordings
from rher_agent.storage.atomic import atomic_write
from rher_agent.tasks.push import PushTask
from rher_agent.twin.measurement import measure_cell
from rher_agent.twin.parameter_file import parameter_file


def main(args: list[str] | None = None) -> None:
    """Measure and write; the exit code is 1 when the recordings do not tell enough."""
    parser = argparse.ArgumentParser(prog="fit_twin", description=__doc__)
    parser.add_argument("recordings", type=Path, help="a run, or a folder of recordings")
    parser.add_argument("--output", type=Path, default=Path("twin.yaml"), help="parameter file to write")
    options = parser.parse_args(remove_ros_args(args if args is not None else sys.argv)[1:])
    try:
        log = read_recordings(find_recordings(options.recordings))
        text = parameter_file(measure_cell(log.steps, log.sights), PushTask().control_period, str(options.recordings))
        atomic_write(options.output, text.encode())
    except (ValueError, OSError) as error:
        sys.exit(f"fit_twin: {error}")
    sys.stdout.write(
        f"{text}\nwritten to {options.output}; ros2 launch rher_agent sim.launch.py params_file:={options.output}\n"
    )


if __name__ == "__main__":
    main()
