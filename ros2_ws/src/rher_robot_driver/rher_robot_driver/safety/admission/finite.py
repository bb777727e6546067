# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Refuses what is not a number."""

from __future__ import annotations

import math

import numpy as np

from rher_robot_driver.safety.admission.admission import Admission
from rher_robot_driver.safety.command import TwistCommand

TWIST_SIZE = 6


class FiniteCommand:
    """Admits twists of six finite numbers. The gripper may be NaN, which leaves it alone, but not infinite."""

    reason = "finite"

    def __init__(self) -> None:
        self.count = 0

    def admit(self, command: TwistCommand, now_ns: int) -> Admission:
        """Judge a command."""
        twist = np.asarray(command.twist, dtype=np.float64)
        if twist.shape != (TWIST_SIZE,) or not np.isfinite(twist).all() or math.isinf(command.gripper):
            self.count += 1
            return Admission(None, reason=self.reason)
        return Admission(command)
