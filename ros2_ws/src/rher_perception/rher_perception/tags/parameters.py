# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What counts as a tag."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2

FAMILIES = {
    "36h11": cv2.aruco.DICT_APRILTAG_36h11,
    "aruco_4x4_50": cv2.aruco.DICT_4X4_50,
    "aruco_5x5_100": cv2.aruco.DICT_5X5_100,
}
"""Families of tags by name, each with a black border one cell wide."""


@dataclass(frozen=True)
class DetectionParameters:
    """Limits of the detector. Lengths in pixels of the picture, brightness in grey levels of 0 to 255."""

    family: str = "36h11"
    """Name of the family, see FAMILIES."""
    min_side: float = 10.0
    """Shortest side of a tag [pixel]; below, cells are little more than a pixel wide."""
    edge_points: int = 24
    """Points measured along each side."""
    trim: float = 0.10
    """Share of a side left out at each end, where blur rounds the corner."""
    reach_cells: float = 0.4
    """How far an edge is looked for on both sides, in cells; farther lie the tag's own bits."""
    max_reach: float = 3.0
    """Upper bound of that [pixel]."""
    blur: float = 0.65
    """Of the picture, by lens, pixels and interpolation between them (standard deviation) [pixel]."""
    min_cell: float = 1.6
    """Least width of a cell; a tag seen from farther or more obliquely cannot be measured [pixel]."""
    min_covered_cell: float = 1.3
    """The same for a tag that is covered in part, whose covariance tells how little its sides are worth [pixel]."""
    iterations: int = 4
    """Of edge fits, each around the line of the last."""
    min_contrast: float = 25.0
    """Least difference between the white around a tag and its black border [grey level]."""
    min_edge_share: float = 0.6
    """Least share of a side's points that show an edge, the rest being hidden."""
    min_side_share: float = 0.35
    """The same for a tag that is covered in part, of which one side is enough."""
    max_edge_residual: float = 0.30
    """Greatest root mean square distance of a side's points from its line [pixel]."""
    max_corner_shift: float = 3.0
    """Greatest distance between a corner as detected and as fitted [pixel]."""
    max_wrong_bits: int = 1
    """Bits of the code that may read wrong; 36h11 can tell apart up to 5, at the price of false tags."""
    max_hidden_share: float = 0.36
    """Share of the bits that may read wrong of a tag that is covered in part: of the covered ones half do."""
    max_rival_lead: int = 3
    """By how many bits another tag, or this one turned, may read better than a tag that is covered in part."""
    min_margin: float = 0.35
    """Least mean clearance of the bits from the threshold, 1 being full contrast."""

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(f"family is '{self.family}'; allowed: {', '.join(FAMILIES)}")
        for name in (
            "min_side",
            "reach_cells",
            "blur",
            "max_reach",
            "min_cell",
            "min_covered_cell",
            "min_contrast",
            "max_edge_residual",
            "max_corner_shift",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")
        if not 0.0 <= self.trim <= 0.4:
            raise ValueError(f"trim is {self.trim}; allowed: 0 to 0.4")
        for name in ("min_edge_share", "min_side_share", "min_margin"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: more than 0, at most 1")
        if self.edge_points < 4:
            raise ValueError(f"edge_points is {self.edge_points}; allowed: 4 or more")
        if self.iterations < 1:
            raise ValueError(f"iterations is {self.iterations}; allowed: 1 or more")
        if not 0 <= self.max_wrong_bits <= 5:
            raise ValueError(f"max_wrong_bits is {self.max_wrong_bits}; allowed: 0 to 5")
        if not 0.0 < self.max_hidden_share < 0.5:
            raise ValueError(f"max_hidden_share is {self.max_hidden_share}; allowed: more than 0, less than 0.5")
        if self.max_rival_lead < 0:
            raise ValueError(f"max_rival_lead is {self.max_rival_lead}; allowed: 0 or more")
