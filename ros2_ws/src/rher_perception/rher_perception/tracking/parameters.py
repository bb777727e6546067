# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How objects are expected to move."""

from __future__ import annotations

import math
from dataclasses import dataclass

CHI_SQUARE_3_9999 = 21.1
"""99.99 % of the squared Mahalanobis distances in three dimensions are below."""


@dataclass(frozen=True)
class TrackerParameters:
    """Motion model and limits of a tracker."""

    bridge_time: float = 3.0
    """For how long an unseen object is predicted; after that it is no longer tracked [s]. A gripper that pushes it away
    from the lens hides it for so long."""
    blind_time: float = 1.0
    """The same while no picture comes, or none counts, because the camera is frozen, for example [s]."""
    rest_time: float = 0.15
    """Time constant with which an unseen object is expected to come to rest: friction stops what nothing pushes [s]."""
    velocity_walk: float = 0.55
    """By how much the velocity of a pushed object changes in a second, root mean square [m/s]; in a shorter time by as
    much less as the square root of that time: 0.17 m/s in 0.1 s."""
    yaw_rate_walk: float = 5.5
    """The same for its rate about the vertical [rad/s]."""
    tilt_rate_sd: float = 0.1
    """Rate of roll and of pitch, which have no velocity in the model [rad/s]."""
    position_sd: float = 0.0003
    """Error of a measured position that its covariance does not know of, along each axis [m]."""
    orientation_sd: float = math.radians(0.2)
    """The same for the orientation [rad]."""
    initial_speed_sd: float = 0.3
    """Of an object seen for the first time [m/s]."""
    initial_yaw_rate_sd: float = 3.0
    """Of an object seen for the first time [rad/s]."""
    gate: float = CHI_SQUARE_3_9999
    """Greatest squared Mahalanobis distance of a measurement from the prediction, for position and for orientation."""
    max_speed: float = 0.5
    """Faster than this from one measurement to the next is a jump [m/s]; twice what the arm may do."""
    jump_frames: int = 3
    """Successive measurements off the prediction that must agree before the object is believed to be elsewhere."""
    jump_distance: float = 0.01
    """How far apart such measurements may be [m]."""
    jump_angle: float = math.radians(10.0)
    """And how much they may be turned against each other [rad]."""

    def __post_init__(self) -> None:
        for name in (
            "bridge_time",
            "blind_time",
            "rest_time",
            "velocity_walk",
            "yaw_rate_walk",
            "tilt_rate_sd",
            "position_sd",
            "orientation_sd",
            "initial_speed_sd",
            "initial_yaw_rate_sd",
            "gate",
            "max_speed",
            "jump_distance",
            "jump_angle",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")
        if self.jump_frames < 2:
            raise ValueError(f"jump_frames is {self.jump_frames}; allowed: 2 or more")
