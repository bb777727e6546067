# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is mounted on the flange: a palm and, on its axis, closed fingers that end in one round tip."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rher_robot_driver.description.links import Inertia, Rod


@dataclass(frozen=True)
class Tool:
    """A closed gripper as an onlooker sees it. The defaults are a Robotiq 2F-85's (maker's data sheet)."""

    length: float
    """From the flange to the TCP, along the flange's z [m]."""
    mass: float = 0.925
    """[kg]"""
    center_of_mass: float = 0.058
    """From the flange, along its z [m]."""
    tip_radius: float = 0.0125
    """Of the closed fingers [m]."""
    palm_length: float = 0.085
    """From the flange to where the fingers begin [m]."""
    palm_radius: float = 0.040
    """[m]"""

    def __post_init__(self) -> None:
        for name in ("length", "mass", "center_of_mass"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0.0):
                raise ValueError(f"{name} of the tool is {value}; allowed: 0 or more")
        for name in ("tip_radius", "palm_length", "palm_radius"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} of the tool is {value}; allowed: more than 0")

    @property
    def rods(self) -> tuple[Rod, ...]:
        """Its shapes in the frame of the flange: the palm, and the fingers where the TCP lies beyond it."""
        if self.length == 0.0:
            return ()
        palm_end = (0.0, 0.0, min(self.palm_length, self.length))
        palm = Rod((0.0, 0.0, 0.0), palm_end, self.palm_radius)
        if self.length <= self.palm_length:
            return (palm,)
        return (palm, Rod(palm_end, (0.0, 0.0, self.length), self.tip_radius))

    @property
    def inertia(self) -> Inertia:
        """About the centre of mass: that of a solid cylinder as long as the tool."""
        across = self.mass * (3.0 * self.palm_radius**2 + self.length**2) / 12.0
        moments = np.array((across, across, self.mass * self.palm_radius**2 / 2.0))
        return Inertia(self.mass, np.array((0.0, 0.0, self.center_of_mass)), moments)
