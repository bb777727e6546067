# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What counts as the pose of an object."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class EstimationParameters:
    """Limits of one picture's pose."""

    max_reprojection: float = 0.6
    """Greatest root mean square distance between predicted and measured corners of a tag [pixel]."""
    max_ambiguity: float = 0.5
    """Greatest reprojection error of the best pose over that of the next one that differs; nearer 1 is a coin toss."""
    distinct_angle: float = math.radians(8.0)
    """Poses that differ by more are different answers [rad]."""
    max_distance: float = 3.0
    """From the lens [m]."""

    min_evidence: float = 3.0
    """By how many standard deviations more than half of the bits must read right of tags that are covered in part."""
    max_position_sd: float = 0.002
    """Greatest standard deviation along the table of a pose by parts of tags [m]; beyond, too little shows."""
    max_yaw_sd: float = math.radians(3.0)
    """The same for its yaw [rad]."""

    def __post_init__(self) -> None:
        for name in (
            "max_reprojection",
            "distinct_angle",
            "max_distance",
            "min_evidence",
            "max_position_sd",
            "max_yaw_sd",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")
        if not 0.0 < self.max_ambiguity <= 1.0:
            raise ValueError(f"max_ambiguity is {self.max_ambiguity}; allowed: more than 0, at most 1")


@dataclass(frozen=True)
class PlanarConstraint:
    """The object stands upright, its z axis vertical and its centre at a known height in base_link."""

    height: float
    """Of the object's centre [m]."""
    height_sd: float = 0.0005
    """Standard deviation of that [m]."""
    tilt_sd: float = math.radians(0.3)
    """Standard deviation of roll and of pitch [rad]."""
    max_tilt: float = math.radians(25.0)
    """A tag that says more tilt than this contradicts the constraint [rad]; one small tag errs by several degrees."""

    @property
    def held_variance(self) -> NDArray[np.float64]:
        """Variances of z, roll and pitch at their places among six directions [m^2, rad^2], shape (6,)."""
        return np.array([0.0, 0.0, self.height_sd**2, self.tilt_sd**2, self.tilt_sd**2, 0.0])

    def __post_init__(self) -> None:
        if not math.isfinite(self.height):
            raise ValueError(f"height is {self.height} m; allowed: a finite number")
        for name in ("height_sd", "tilt_sd"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0.0):
                raise ValueError(f"{name} is {value}; allowed: 0 or more")
        if not 0.0 < self.max_tilt <= math.pi / 4.0:
            raise ValueError(f"max_tilt is {self.max_tilt} rad; allowed: more than 0, at most pi/4")
