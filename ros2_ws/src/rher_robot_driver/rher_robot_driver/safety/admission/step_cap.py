# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The greatest distance one command may ask for."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from rher_robot_driver.safety.admission.admission import Admission
from rher_robot_driver.safety.command import TwistCommand

ROUNDING = 1e-9
"""Relative excess that is rounding of a command at the cap and not worth a change."""


class StepCap:
    """Scales the linear part of a twist so that one control period covers at most a given distance.

    Args:
        cap: Greatest distance [m].
        control_period: Time for which a command is held [s].

    Raises:
        ValueError: The cap or the period is not positive.
    """

    reason = "step_cap"

    def __init__(self, cap: float, control_period: float) -> None:
        for name, value in (("cap", cap), ("control_period", control_period)):
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")
        self.count = 0
        self._max_speed = cap / control_period

    def admit(self, command: TwistCommand, now_ns: int) -> Admission:
        """Judge a command."""
        twist = np.array(command.twist, dtype=np.float64)
        speed = math.hypot(*twist[:3])
        if speed <= self._max_speed * (1.0 + ROUNDING):
            return Admission(command)
        self.count += 1
        # Divided first: finite components can have an infinite norm, and then the arm rests.
        twist[:3] = twist[:3] / speed * self._max_speed
        return Admission(replace(command, twist=twist), changed=True, reason=self.reason)
