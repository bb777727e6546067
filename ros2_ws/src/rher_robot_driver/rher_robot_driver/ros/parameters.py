# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the driver node beside those of the arm and of its limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from rher_agent.tasks.push import PushTask

from rher_robot_driver.gripper.robotiq import RobotiqSettings
from rher_robot_driver.motions.reset_motion import ResetParameters
from rher_robot_driver.safety.parameters import SafetyParameters

POLICY = "policy"
WRITERS = (POLICY, "episode_manager", "calibration")
"""Who may hold the arm: the learner, what tidies up between episodes, and what calibrates the camera."""
NO_GRIPPER = "none"
ROBOTIQ = "robotiq"
FLOOR = 0.015
"""Least height of the TCP over the table [m]; finger tips reach a little below the TCP."""
CEILING = 0.25
"""Greatest height of the TCP over the table [m]."""
GREATEST_SPEED = 0.25
"""Of the TCP of an arm that people may stand beside [m/s]."""
GREATEST_FORCE = 100.0
"""At which the arm stops at the latest [N]."""
TABLE_HEIGHT = 0.0
"""Of the table's top in base_link [m]: the arm stands on it."""


@dataclass(frozen=True)
class DriverParameters:
    """Who writes, what is on the flange, and where a reset leads."""

    writer: str = field(default=POLICY, metadata={"choices": WRITERS})
    """Who holds the arm first."""
    gripper: str = field(default=NO_GRIPPER, metadata={"choices": (NO_GRIPPER, ROBOTIQ)})
    """none for a closed pusher; robotiq for a gripper with its URCap on the same controller."""
    robotiq: RobotiqSettings = field(default_factory=RobotiqSettings)
    """Of the Robotiq gripper, when there is one."""
    reset: ResetParameters = field(default_factory=ResetParameters)
    """Where /arm/reset brings the TCP, and how."""


def default_safety() -> SafetyParameters:
    """Return the limits of a cell with the push task's table: its box, from just above the table to CEILING."""
    lower, upper = PushTask().tcp_box
    return SafetyParameters(
        workspace_lower=(float(lower[0]), float(lower[1]), FLOOR),
        workspace_upper=(float(upper[0]), float(upper[1]), CEILING),
        table_height=TABLE_HEIGHT,
    )


def check_hardware_limits(safety: SafetyParameters) -> None:
    """Refuse limits that are wider than UR's own recovery mode has them; simulated cells may have any.

    Raises:
        ValueError: One is; the message says which and what is allowed.
    """
    for name, value, greatest in (
        ("max_linear_speed", safety.max_linear_speed, GREATEST_SPEED),
        ("monitors.max_force", safety.monitors.max_force, GREATEST_FORCE),
    ):
        if value > greatest:
            raise ValueError(f"safety.{name} is {value}; allowed: at most {greatest}")
