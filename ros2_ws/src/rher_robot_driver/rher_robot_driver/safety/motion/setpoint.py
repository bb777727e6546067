# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the motion chain answers to a tick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class MotionSetpoint:
    """The pose commanded of the TCP at the end of a servo tick, in base_link."""

    position: Vector
    """[m], shape (3,)."""
    rotation: Vector
    """Rotation matrix, shape (3, 3); shared between setpoints, not to be written."""
    twist: Vector
    """Velocity over the tick: linear [m/s], then angular [rad/s], shape (6,)."""
    limited_by: tuple[str, ...]
    """Reasons of the links that changed the motion asked for; the ramp of the acceleration limit is not among them."""
