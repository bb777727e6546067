# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Starts an emulated UR controller: `ros2 run rher_sim_bridge ur_controller --address 127.0.0.2`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from rher_robot_driver.kinematics.dh import UR_ARMS

from rher_sim_bridge.ur_controller.options import (
    DASHBOARD_PORT,
    FAULT_PORT,
    RATES,
    RTDE_PORT,
    SCRIPT_PORT,
    ControllerOptions,
)
from rher_sim_bridge.ur_controller.server import ControllerServer

READY = "ready"
"""First word of the line that is printed when the ports are open."""


def main(arguments: list[str] | None = None) -> int:
    """Run the emulator until Ctrl-C, SIGTERM or, when asked for, the end of its parent; return the exit status."""
    parsed = vars(_parser().parse_args(arguments))
    die_with_parent = parsed.pop("die_with_parent")
    logging.basicConfig(level=logging.INFO, format="ur_controller: %(message)s", stream=sys.stderr)
    try:
        options = ControllerOptions(**parsed)
        server = ControllerServer(options)
    except OSError as error:
        file = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"ur_controller: {file}{error.strerror}\n")
        return 1
    except ValueError as error:
        sys.stderr.write(f"ur_controller: {error}\n")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.stop())
    if die_with_parent:
        server.end_with(os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False))
    sys.stdout.write(
        f"{READY}: {options.arm} at {options.rate} Hz on {options.address}, RTDE {RTDE_PORT}, "
        f"dashboard {DASHBOARD_PORT}, script {SCRIPT_PORT}, faults {FAULT_PORT}\n"
    )
    sys.stdout.flush()
    try:
        server.run()
    finally:
        server.close()
    controller = server.controller
    logging.getLogger(__name__).info("%d cycles, %d late", controller.cycles, server.late_cycles)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ur_controller",
        description="An emulated Universal Robots controller with an arm, a table and a cube behind it. "
        "It speaks RTDE, dashboard and script upload, so that unmodified drivers can be pointed at its address.",
    )
    default = {item.name: item.default for item in fields(ControllerOptions)}

    def add(name: str, text: str, **settings: Any) -> None:
        value = default[name]
        settings.setdefault("type", type(value))
        parser.add_argument(
            "--" + name.replace("_", "-"),
            default=value,
            help=f"{text} (%(default)s)",
            **settings,
        )

    add("address", "where to listen; each address of 127.0.0.0/8 can hold a controller", metavar="IP")
    add("arm", "which arm", choices=tuple(UR_ARMS))
    add("rate", "cycles a second; 125 announces a controller of the CB series", choices=RATES)
    add("tcp_offset", "TCP set on the pendant, along the flange's z", metavar="M")
    add("payload", "mass set on the pendant", metavar="KG")
    add("payload_cog", "its centre, along the flange's z", metavar="M")
    add("dh_error", "make the arm differ from the published lengths by up to this", metavar="M")
    add("dh_seed", "draws these errors", metavar="N")
    add("unlock_delay", "time before a protective stop can be unlocked", metavar="S")
    add("log", "write a motion log to this file", metavar="FILE", type=Path)
    parser.add_argument("--die-with-parent", action="store_true", help="end when standard input ends")
    return parser
