# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The motion to where an episode begins: straight up, across at a safe height, straight down."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.motions.path import MotionRefusedError, Pose
from rher_robot_driver.motions.path_check import PathCheck
from rher_robot_driver.safety.parameters import SafetyParameters

Vector = NDArray[np.float64]

TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
"""Rotation of the TCP in base_link with the tool straight down: its x forward, its z down."""


@dataclass(frozen=True)
class ResetParameters:
    """Where a reset brings the TCP, and how. Tool straight down; lengths in base_link."""

    position: tuple[float, float, float] = (0.50, 0.0, 0.15)
    """Of the TCP at the start of an episode [m]: over the middle of the push task's square, clear of what stands on
    the table."""
    travel_height: float = 0.15
    """Height at which the TCP crosses the workspace [m]; more than what stands on the table is high, with the tip."""
    speed: float = 0.1
    """Of the TCP [m/s]."""
    angular_speed: float = 0.5
    """Of the tool [rad/s]."""

    def __post_init__(self) -> None:
        if len(self.position) != 3 or not all(math.isfinite(x) for x in self.position):
            raise ValueError(f"position is {self.position}; allowed: three finite coordinates")
        if not math.isfinite(self.travel_height):
            raise ValueError(f"travel_height is {self.travel_height}; allowed: a finite height")
        for name in ("speed", "angular_speed"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")


def plan_reset(
    kinematics: ArmKinematics, safety: SafetyParameters, parameters: ResetParameters, q: Vector, measured: Pose
) -> tuple[Pose, ...]:
    """Return the checked path of a reset.

    Args:
        kinematics: Of the arm with its tool.
        safety: The limits that the path must keep.
        parameters: Where to and how.
        q: Joint positions now [rad], shape (6,).
        measured: Pose of the TCP now, as the arm measures it.

    Returns:
        Corners; the first is where the arm stands.

    Raises:
        MotionRefusedError: The path breaks a limit, or the arm cannot follow it.
    """
    lower, upper = np.array(safety.commanded_lower), np.array(safety.commanded_upper)
    lower[2] = max(lower[2], safety.commanded_floor)
    # An arm trails its commands and has lengths of its own, so that it may be measured a little outside.
    start = np.clip(measured.position, lower, upper)
    outside = float(np.linalg.norm(start - measured.position))
    if outside > safety.workspace_margin:
        raise MotionRefusedError(f"the TCP is {outside:.3f} m outside the workspace; bring it in with the pendant")
    goal = np.array(parameters.position)
    height = max(float(start[2]), parameters.travel_height, float(goal[2]))
    corners = (
        Pose(start, measured.rotation),
        Pose(np.array((start[0], start[1], height)), measured.rotation),
        Pose(np.array((goal[0], goal[1], height)), TOOL_DOWN),
        Pose(goal, TOOL_DOWN),
    )
    PathCheck(kinematics, safety).check(corners, q)
    return corners
