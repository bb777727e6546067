# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The limits that the driver keeps, asked from its own parameters, so that nothing is commanded beyond them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rcl_interfaces.msg import ParameterValue
from rclpy.parameter import parameter_value_to_python

from rher_perception.calibration.planner import Region

ROOM = 0.005
"""Distance that planned positions keep to the driver's limits [m]; there its braking begins, and the way gets long."""
NAMES = (
    "robot_model",
    "safety.workspace_lower",
    "safety.workspace_upper",
    "safety.workspace_margin",
    "safety.table_height",
    "safety.max_tilt",
    "safety.tilt_margin",
    "safety.max_linear_speed",
    "safety.speed_share",
    "safety.max_angular_speed",
    "safety.control_period",
    "safety.max_perception_age",
)
"""Parameters of the driver."""


@dataclass(frozen=True)
class DriverLimits:
    """What the driver allows."""

    robot_model: str
    region: Region
    """Where it lets commands lead the TCP."""
    speed: float
    """Of the TCP [m/s]."""
    turn_speed: float
    """Of the tool [rad/s]."""
    control_period: float
    """For which one command is held [s]."""
    max_perception_age: float
    """Age of /objects at which it refuses commands [s]; 0 when they do not depend on it."""

    @classmethod
    def of(cls, values: Sequence[ParameterValue]) -> DriverLimits:
        """Return the limits from the values of NAMES, in that order.

        Raises:
            ValueError: The node has no such parameters, and hence is no driver of this project.
        """
        found: dict[str, Any] = dict(zip(NAMES, map(parameter_value_to_python, values), strict=False))
        if missing := [name for name in NAMES if found.get(name) is None]:
            raise ValueError(f"it has no parameter {', '.join(missing)}")
        room = found["safety.workspace_margin"] + ROOM
        lower = [x + room for x in found["safety.workspace_lower"]]
        upper = [x - room for x in found["safety.workspace_upper"]]
        lower[2] = max(lower[2], found["safety.table_height"] + room)
        return cls(
            robot_model=found["robot_model"],
            region=Region(
                (lower[0], lower[1], lower[2]),
                (upper[0], upper[1], upper[2]),
                found["safety.max_tilt"] - found["safety.tilt_margin"],
            ),
            speed=found["safety.max_linear_speed"] * found["safety.speed_share"],
            turn_speed=found["safety.max_angular_speed"],
            control_period=found["safety.control_period"],
            max_perception_age=found["safety.max_perception_age"],
        )
