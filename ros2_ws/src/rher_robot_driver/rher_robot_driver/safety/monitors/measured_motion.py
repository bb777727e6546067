# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What an arm measures of itself, as the monitors need it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class MeasuredMotion:
    """The TCP as measured, in base_link."""

    position: Vector
    """[m], shape (3,)."""
    rotation: Vector
    """Rotation matrix, shape (3, 3)."""
    twist: Vector
    """Linear [m/s], then angular [rad/s], shape (6,)."""
    wrench: Vector
    """On the TCP: force [N], then torque [N m], shape (6,)."""
