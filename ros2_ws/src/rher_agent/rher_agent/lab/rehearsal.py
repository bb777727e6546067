# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A lab whose arm and camera are emulated: what of it is rehearsed, and what the emulated cell cannot be."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from rher_agent.lab.reader import LabFile
from rher_agent.lab.settings import Lab

GREATEST_FPS = 15
"""Pictures each second that two cores carry beside everything else; on more, a parameter file may ask for more."""
FIXED = (
    "robot.tcp_offset",
    "robot.payload",
    "robot.tool_radius",
    "table.height",
    "objects.cube.size",
    "objects.cube.tag_size",
    "objects.cube.first_tag",
)
"""What the emulated cell has in one way only, that of the defaults."""
START_HERE = "127.0.0.1"
"""Address that stands for a controller to start; the other ones of 127.0.0.0/8 are of controllers that run already."""


def is_emulated(address: str) -> bool:
    """Return whether no robot can have an address, because it is one of this computer."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def rehearsed(file: LabFile) -> Lab:
    """Return a lab as the emulated cell can be it: with a camera that two cores carry.

    Raises:
        LabError: The emulated cell is different.
    """
    for key in FIXED:
        value, only = _value(file.lab, key), _value(Lab(), key)
        if value != only:
            raise file.error(key, f"is {value}; allowed with camera:=emulated: {only}, which the emulated cell has")
    camera = file.lab.camera
    return replace(file.lab, camera=replace(camera, serial="", fps=min(camera.fps, GREATEST_FPS)))


def _value(lab: Lab, key: str) -> object:
    value: object = lab
    for name in key.split("."):
        value = getattr(value, name)
    return value
