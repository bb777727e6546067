# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The measured TCP against the hard limits of the workspace."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion

Vector = NDArray[np.float64]
Triple = tuple[float, float, float]


class MeasuredBox:
    """Objects to a TCP outside the box or below the table plane.

    Args:
        lower: Lower corner of the box [m].
        upper: Upper corner of the box [m].
        table_height: Of the plane [m].
    """

    reason = "measured_box"

    def __init__(self, lower: Triple, upper: Triple, table_height: float) -> None:
        self.count = 0
        x, y, z = lower
        self._faces = tuple(zip((x, y, max(z, table_height)), upper, strict=True))

    def reset(self) -> None:
        """Nothing is remembered."""

    def check(self, measured: MeasuredMotion, commanded_position: Vector, elapsed: float) -> bool:
        """Return whether the TCP is outside; see Monitor."""
        return not all(a <= x <= b for x, (a, b) in zip(measured.position.tolist(), self._faces, strict=True))


class MeasuredTilt:
    """Objects to a tool that leans too far.

    Args:
        limit: Greatest angle between the tool's z axis and straight down [rad].
    """

    reason = "measured_tilt"

    def __init__(self, limit: float) -> None:
        self.count = 0
        self._least_cosine = math.cos(limit)

    def reset(self) -> None:
        """Nothing is remembered."""

    def check(self, measured: MeasuredMotion, commanded_position: Vector, elapsed: float) -> bool:
        """Return whether the tool leans too far; see Monitor."""
        return not -float(measured.rotation[2, 2]) >= self._least_cosine
