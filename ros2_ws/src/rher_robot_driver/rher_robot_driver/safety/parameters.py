# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The limits of the arm's motion and of the commands that ask for it, in one place."""

from __future__ import annotations

import math
from dataclasses import dataclass

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class SafetyParameters:
    """Limits of one arm in one cell. Lengths in metres, base_link; the TCP alone is bounded."""

    workspace_lower: Triple
    """Lower corner of the box the TCP may use [m]."""
    workspace_upper: Triple
    """Upper corner of that box [m]."""
    table_height: float
    """Height of the plane the TCP stays above [m]."""
    max_linear_speed: float = 0.25
    """Norm of the TCP's velocity [m/s]; UR's own recovery mode allows no more."""
    max_angular_speed: float = 1.0
    """Norm of the TCP's angular velocity [rad/s]."""
    max_linear_acceleration: float = 5.0
    """Norm of the TCP's acceleration [m/s^2]: full speed within half a control period."""
    max_angular_acceleration: float = 20.0
    """Norm of the TCP's angular acceleration [rad/s^2]: full rate within half a control period."""
    control_period: float = 0.1
    """Time for which one command is held [s]."""
    stale_periods: float = 2.5
    """Age at which a command no longer counts, in control periods; more than one, so that jitter does not stop."""
    longest_tick: float = 0.02
    """Servo time that one tick may advance [s]: after a stall the arm must not leap to where it would have been."""
    frame_id: str = "base_link"
    """The only frame in which a command is accepted."""

    def __post_init__(self) -> None:
        for name in ("workspace_lower", "workspace_upper"):
            value = getattr(self, name)
            if len(value) != 3 or not all(math.isfinite(x) for x in value):
                raise ValueError(f"{name} is {value}; allowed: three finite coordinates")
        for axis, lower, upper in zip("xyz", self.workspace_lower, self.workspace_upper, strict=True):
            if not lower < upper:
                raise ValueError(f"workspace_lower {axis} is {lower} m; allowed: less than workspace_upper, {upper} m")
        if not (math.isfinite(self.table_height) and self.table_height < self.workspace_upper[2]):
            raise ValueError(
                f"table_height is {self.table_height} m; allowed: less than workspace_upper z, "
                f"{self.workspace_upper[2]} m"
            )
        for name in (
            "max_linear_speed",
            "max_angular_speed",
            "max_linear_acceleration",
            "max_angular_acceleration",
            "control_period",
            "longest_tick",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")
        if not (math.isfinite(self.stale_periods) and self.stale_periods > 1.0):
            raise ValueError(f"stale_periods is {self.stale_periods}; allowed: more than 1")
        if not self.frame_id:
            raise ValueError("frame_id is empty; allowed: the name of a frame")

    @property
    def stale_age(self) -> float:
        """Age at which a command no longer counts [s]."""
        return self.stale_periods * self.control_period

    @property
    def step_cap(self) -> float:
        """Greatest distance that one command may ask for [m]."""
        return self.max_linear_speed * self.control_period

    @property
    def stopping_time(self) -> float:
        """Longest time from full speed to rest [s], besides the servo tick in which it ends.

        The ramp changes the velocity by the acceleration limit times dt in each tick, and every component towards 0.
        The sum of their absolute values, at most sqrt(3) times the speed, falls at least as fast.
        """
        return max(
            math.sqrt(3.0) * self.max_linear_speed / self.max_linear_acceleration,
            self.max_angular_speed / self.max_angular_acceleration,
        )
