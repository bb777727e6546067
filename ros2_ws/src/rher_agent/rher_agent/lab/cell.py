# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which arm and which camera a launch is for: those of a lab, or emulated ones in their place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rher_agent.lab.reader import LabFile
from rher_agent.lab.rehearsal import START_HERE, is_emulated, rehearsed
from rher_agent.lab.settings import Lab

REALSENSE, EMULATED, NONE = "realsense", "emulated", "none"
CAMERAS = (REALSENSE, EMULATED, NONE)
"""A camera of this launch, one that sees the emulated cell, and one that somebody else runs."""
AS_IN_LAB = "lab"
"""Stands for what the file of the lab says."""


@dataclass(frozen=True)
class Cell:
    """What a launch is for."""

    lab: Lab
    """With the arm that is really driven."""
    file: LabFile
    """From which it came."""
    camera: str
    """One of CAMERAS."""

    @property
    def starts_controller(self) -> bool:
        """Whether an emulated controller is to be started."""
        return self.camera == EMULATED and self.lab.robot.ip == START_HERE

    def at(self, address: str) -> Cell:
        """Return the same cell with a controller at another address."""
        return replace(self, lab=replace(self.lab, robot=replace(self.lab.robot, ip=address)))


def choose_cell(file: LabFile, robot_ip: str, robot_model: str, camera: str) -> Cell:
    """Return the cell of a launch.

    Args:
        file: The lab.
        robot_ip: Address of the controller, or AS_IN_LAB.
        robot_model: Which arm, or AS_IN_LAB.
        camera: One of CAMERAS.

    Raises:
        LabError: The lab's calibration is missing, or the emulated cell cannot be like the lab.
        ValueError: Arm and camera do not belong together, or the arm is unknown.
    """
    given = file.lab.robot
    robot = replace(
        given,
        ip=given.ip if robot_ip == AS_IN_LAB else robot_ip,
        model=given.model if robot_model == AS_IN_LAB else robot_model,
    )
    if is_emulated(robot.ip) != (camera == EMULATED):
        allowed = "an address of 127.0.0.0/8" if camera == EMULATED else "that of a robot, or camera:=emulated"
        raise ValueError(f"robot_ip is '{robot.ip}' with camera:={camera}; allowed: {allowed}")
    if camera == EMULATED:
        return Cell(replace(rehearsed(file), robot=robot), file, camera)
    if not file.calibration.is_file():
        found = f"is '{file.calibration}', which does not exist"
        raise file.error("camera.calibration", f"{found}; allowed: a file that `calibrate` wrote")
    return Cell(replace(file.lab, robot=robot), file, camera)
