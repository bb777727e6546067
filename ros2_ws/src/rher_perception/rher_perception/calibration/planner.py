# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the arm goes to be calibrated: poses around where its tool is, spread over position, tilt and yaw.

Tilts lie near the rim of their disc, in directions that follow each other by the golden angle, and everything else on a
sequence of low discrepancy (Halton, Numerische Mathematik 2, 1960): any first part of the plan already covers all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_perception.calibration.coverage import CoverageLimits, lacks
from rher_perception.calibration.samples import HandEyeSample
from rher_perception.calibration.tool_orientation import ToolPose
from rher_perception.geometry import Pose

Vector = NDArray[np.float64]
Triple = tuple[float, float, float]

GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
RIM = 0.75
"""Least tilt, in shares of the greatest."""
TILT_SHARE = 0.95
"""Of the tilt allowed that a plan uses; the arm trails its commands and would touch the limit."""
YAW_BASE, RIM_BASE = 3, 11
POSITION_BASES = (2, 5, 7)
"""Of the Halton sequences: prime, each another."""
GREATEST_SKIP = 1000
"""A seed skips up to so many members of the sequences."""


@dataclass(frozen=True)
class Region:
    """Where the TCP may be."""

    lower: Triple
    """Lower corner of the box, in base_link [m]."""
    upper: Triple
    """Upper corner [m]."""
    max_tilt: float
    """Greatest angle between the tool and straight down [rad]."""

    def __post_init__(self) -> None:
        for axis, lower, upper in zip("xyz", self.lower, self.upper, strict=True):
            if not (math.isfinite(lower) and math.isfinite(upper) and lower < upper):
                raise ValueError(f"lower {axis} is {lower} m; allowed: less than upper {axis}, {upper} m")
        if not 0.0 < self.max_tilt < math.pi / 2.0:
            raise ValueError(f"max_tilt is {self.max_tilt} rad; allowed: more than 0, less than pi/2")

    def within(self, other: Region) -> Region:
        """Return what both allow.

        Raises:
            ValueError: That is nothing.
        """
        return Region(
            lower=_triple(np.maximum(self.lower, other.lower)),
            upper=_triple(np.minimum(self.upper, other.upper)),
            max_tilt=min(self.max_tilt, other.max_tilt),
        )


@dataclass(frozen=True)
class Spread:
    """How far the poses of a plan are from the pose in their middle."""

    reach: Triple = (0.10, 0.12, 0.06)
    """Along each axis of base_link [m]."""
    yaw: float = math.radians(40.0)
    """About the vertical [rad]; the target must stay in view."""

    def __post_init__(self) -> None:
        if not all(math.isfinite(x) and x > 0.0 for x in self.reach):
            raise ValueError(f"reach is {self.reach} m; allowed: each more than 0")
        if not 0.0 <= self.yaw <= math.pi:
            raise ValueError(f"yaw is {self.yaw} rad; allowed: 0 to pi")


def plan_poses(count: int, middle: Pose, region: Region, spread: Spread, seed: int = 0) -> tuple[ToolPose, ...]:
    """Return poses of the TCP; the same for the same seed.

    Args:
        count: Of poses.
        middle: Where the TCP is, with the target in view and the tool about straight down; its tilt is not used.
        region: Where the TCP may be.
        spread: How far from the middle.
        seed: Chooses another plan of the same kind.

    Raises:
        ValueError: The middle is outside the region.
    """
    tool = ToolPose.of(middle)
    tilt = float(np.linalg.norm(tool.tilt))
    outside = [
        f"{axis} is {x:.3f} m, allowed: {lower:.3f} to {upper:.3f}"
        for axis, x, lower, upper in zip("xyz", tool.position, region.lower, region.upper, strict=True)
        if not lower <= x <= upper
    ]
    if outside or tilt > region.max_tilt:
        outside += [f"tilt is {tilt:.3f} rad, allowed: at most {region.max_tilt:.3f}"] if tilt > region.max_tilt else []
        raise ValueError(f"the TCP stands outside the region of the calibration: {'; '.join(outside)}")
    lower = np.maximum(region.lower, tool.position - spread.reach)
    upper = np.minimum(region.upper, tool.position + spread.reach)
    random = np.random.default_rng(seed)
    skip, azimuth = int(random.integers(1, GREATEST_SKIP)), float(random.uniform(0.0, 2.0 * math.pi))
    poses = []
    for k in range(skip, skip + count):
        place = np.array([_halton(k, base) for base in POSITION_BASES])
        size = TILT_SHARE * region.max_tilt * (RIM + (1.0 - RIM) * _halton(k, RIM_BASE))
        angle = azimuth + k * GOLDEN_ANGLE
        poses.append(
            ToolPose(
                position=lower + place * (upper - lower),
                tilt=size * np.array((math.cos(angle), math.sin(angle))),
                yaw=tool.yaw + spread.yaw * (2.0 * _halton(k, YAW_BASE) - 1.0),
            )
        )
    return tuple(poses)


def plan_lacks(plan: tuple[ToolPose, ...], coverage: CoverageLimits) -> tuple[str, ...]:
    """Return what a plan lacks even when the target is seen everywhere, in words; empty when it lacks nothing."""
    return lacks([HandEyeSample(pose.pose, Pose.identity()) for pose in plan], coverage)


def _halton(index: int, base: int) -> float:
    """Return a member of a Halton sequence, from 0 to less than 1."""
    value, scale = 0.0, 1.0
    while index > 0:
        scale /= base
        index, digit = divmod(index, base)
        value += digit * scale
    return value


def _triple(values: Vector) -> Triple:
    x, y, z = (float(value) for value in values)
    return x, y, z
