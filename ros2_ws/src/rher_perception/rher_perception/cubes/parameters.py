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
    min_value: int = 20
    """0 to 255."""
    min_pixels: int = 60
    """Least number of its pixels."""
    min_depth_share: float = 0.5
    """Least share of its pixels that have a depth, and of those that agree with the outline."""
    depth_tolerance: float = 0.020
    """How far a pixel's depth may put it outside the cube [m]; a D435 errs by up to 2 % of the distance."""
    max_outline_distance: float = 2.0
    """How far a point of the outline may be from that of a cube [pixel]."""
    min_outline_share: float = 0.8
    """Least share of the outline that is that of a cube, the rest being hidden."""
    max_rival: float = 0.5
    """Greatest area of a second thing of its colour over that of the first."""
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
        for name in ("min_depth_share", "max_rival", "min_outline_share"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: more than 0, at most 1")
        for name in (
            "size",
            "depth_tolerance",
            "max_outline_distance",
            "plane_sd",
            "height_sd",
            "yaw_sd",
            "tilt_sd",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")
