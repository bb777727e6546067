# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a coloured cube looks like, and how exactly it can be seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

MAX_HUE = 179
"""OpenCV counts hues in steps of two degrees."""


@dataclass(frozen=True)
class CubeParameters:
    """Look and size of a coloured cube on a table, and the uncertainty of its pose."""

    hue: tuple[int, int]
    """First and last hue, in OpenCV's 0 to 179; the first may be the greater one, for red."""
    size: float
    """Edge [m]."""
    table_height: float = 0.0
    """Of the plane it stands on, in base_link [m]."""
    min_saturation: int = 90
    """0 to 255."""
    min_value: int = 40
    """0 to 255."""
    min_pixels: int = 60
    """Least number of its pixels."""
    min_depth_share: float = 0.5
    """Least share of its pixels that have a depth."""
    height_tolerance: float = 0.012
    """How far the depth of the upper face may be off [m]; a D435 errs by 2 % of the distance."""
    size_tolerance: float = 0.008
    """How far each side of the upper face may be from the edge [m]."""
    max_rival: float = 0.5
    """Greatest area of a second upper face over that of the first."""
    min_slope: float = 0.1
    """Least slope of the line of sight against the upper face, as the vertical part of a ray of unit depth."""
    plane_sd: float = 0.003
    """Standard deviation of x and y [m]."""
    height_sd: float = 0.001
    """Of z, which follows from the table's height [m]."""
    yaw_sd: float = math.radians(4.0)
    """Of yaw [rad]."""
    tilt_sd: float = math.radians(0.5)
    """Of roll and pitch, which follow from the table [rad]."""

    def __post_init__(self) -> None:
        if len(self.hue) != 2 or not all(0 <= h <= MAX_HUE for h in self.hue):
            raise ValueError(f"hue is {self.hue}; allowed: two numbers of 0 to {MAX_HUE}")
        if not math.isfinite(self.table_height):
            raise ValueError(f"table_height is {self.table_height} m; allowed: a finite number")
        for name in ("min_saturation", "min_value"):
            if not 0 <= getattr(self, name) <= 255:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 0 to 255")
        if self.min_pixels < 1:
            raise ValueError(f"min_pixels is {self.min_pixels}; allowed: 1 or more")
        for name in ("min_depth_share", "max_rival"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: more than 0, at most 1")
        for name in (
            "size",
            "height_tolerance",
            "size_tolerance",
            "min_slope",
            "plane_sd",
            "height_sd",
            "yaw_sd",
            "tilt_sd",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")
