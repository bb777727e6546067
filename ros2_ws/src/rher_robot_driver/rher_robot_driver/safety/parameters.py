# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The limits of the arm's motion and of the commands that ask for it, in one place."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from rher_robot_driver.safety.checks import require_not_negative, require_positive
from rher_robot_driver.safety.joint_limits import JointLimits
from rher_robot_driver.safety.monitor_limits import MonitorLimits
from rher_robot_driver.safety.recovery_rules import RecoveryRules

Triple = tuple[float, float, float]

ANGULAR_SHARE = 0.98
"""Share of the angular limits that the path uses, so that its smoothing, exact to second order only, keeps them."""
PERCEPTION_UNWATCHED = 0.0
"""Value of max_perception_age with which commands do not depend on what is seen."""


@dataclass(frozen=True)
class SafetyParameters:
    """Limits of one arm in one cell, in base_link; box and plane bound the TCP alone.

    Workspace, table, tilt and speed are hard limits: measured values beyond them stop the motion. Commanded motion
    keeps a margin to each, because an arm trails its commands and its lengths differ from the published ones.
    """

    workspace_lower: Triple
    """Lower corner of the box that the TCP never leaves [m]."""
    workspace_upper: Triple
    """Upper corner of that box [m]."""
    table_height: float
    """Height of the plane that the TCP stays above [m]."""
    workspace_margin: float = 0.005
    """Distance that commanded positions keep to box and plane [m]; twice what 2 mm of wrong link lengths need."""
    max_tilt: float = 0.26
    """Angle between the tool's z axis and straight down [rad]; 15 degrees, so that the fingers stay the lowest part."""
    tilt_margin: float = 0.01
    """Angle that commanded orientations keep to that limit [rad]."""
    max_linear_speed: float = 0.25
    """Norm of the TCP's velocity [m/s]; UR's own recovery mode allows no more."""
    max_angular_speed: float = 1.0
    """Norm of the TCP's angular velocity [rad/s]; bounds commands only."""
    speed_share: float = 0.96
    """Share of max_linear_speed that commands may use: 0.24 m/s of 0.25 m/s."""
    max_linear_acceleration: float = 5.0
    """Norm of the TCP's acceleration [m/s^2]: full speed within half a control period."""
    max_angular_acceleration: float = 10.0
    """Norm of the TCP's angular acceleration [rad/s^2]; more would ask too much of the joints beside the linear one."""
    max_linear_jerk: float = 250.0
    """Norm of the TCP's jerk [m/s^3]; by it the motion is smoothed over 0.04 s."""
    max_angular_jerk: float = 500.0
    """Norm of the TCP's angular jerk [rad/s^3]."""
    control_period: float = 0.1
    """Time for which one command is held [s]."""
    stale_periods: float = 2.5
    """Age at which a command no longer counts, in control periods; more than one, so that jitter does not stop."""
    max_perception_age: float = 0.5
    """Age of what was seen last at which commands are refused [s]; 0 when commands do not depend on it."""
    frame_id: str = "base_link"
    """The only frame in which a command is accepted."""
    joints: JointLimits = field(default_factory=JointLimits)
    """Of the joints."""
    monitors: MonitorLimits = field(default_factory=MonitorLimits)
    """Of measured values."""
    recovery: RecoveryRules = field(default_factory=RecoveryRules)
    """When a stop may be cleared."""

    def __post_init__(self) -> None:
        require_positive(
            self,
            "max_tilt",
            "max_linear_speed",
            "max_angular_speed",
            "max_linear_acceleration",
            "max_angular_acceleration",
            "max_linear_jerk",
            "max_angular_jerk",
            "control_period",
        )
        require_not_negative(self, "workspace_margin", "tilt_margin", "max_perception_age")
        self._check_workspace()
        if not self.max_tilt <= math.pi / 2.0:
            raise ValueError(f"max_tilt is {self.max_tilt} rad; allowed: more than 0, at most pi / 2")
        if not self.tilt_margin < self.max_tilt:
            raise ValueError(f"tilt_margin is {self.tilt_margin} rad; allowed: less than max_tilt, {self.max_tilt} rad")
        if not 0.0 < self.speed_share <= 1.0:
            raise ValueError(f"speed_share is {self.speed_share}; allowed: more than 0, at most 1")
        if not (math.isfinite(self.stale_periods) and self.stale_periods > 1.0):
            raise ValueError(f"stale_periods is {self.stale_periods}; allowed: more than 1")
        if not self.frame_id:
            raise ValueError("frame_id is empty; allowed: the name of a frame")

    def _check_workspace(self) -> None:
        for name in ("workspace_lower", "workspace_upper"):
            value = getattr(self, name)
            if len(value) != 3 or not all(math.isfinite(x) for x in value):
                raise ValueError(f"{name} is {value}; allowed: three finite coordinates")
        room = 2.0 * self.workspace_margin
        for axis, lower, upper in zip("xyz", self.workspace_lower, self.workspace_upper, strict=True):
            if not lower < upper - room:
                raise ValueError(
                    f"workspace_lower {axis} is {lower} m; allowed: less than workspace_upper, {upper} m, "
                    f"by more than two margins, {room} m"
                )
        if not (math.isfinite(self.table_height) and self.table_height < self.workspace_upper[2] - room):
            raise ValueError(
                f"table_height is {self.table_height} m; allowed: less than workspace_upper z, "
                f"{self.workspace_upper[2]} m, by more than two margins, {room} m"
            )

    @property
    def commanded_lower(self) -> Triple:
        """Lower corner of the box for commanded positions [m]."""
        x, y, z = self.workspace_lower
        return x + self.workspace_margin, y + self.workspace_margin, z + self.workspace_margin

    @property
    def commanded_upper(self) -> Triple:
        """Upper corner of the box for commanded positions [m]."""
        x, y, z = self.workspace_upper
        return x - self.workspace_margin, y - self.workspace_margin, z - self.workspace_margin

    @property
    def commanded_floor(self) -> float:
        """Height of the plane for commanded positions [m]."""
        return self.table_height + self.workspace_margin

    @property
    def commanded_tilt(self) -> float:
        """Greatest commanded tilt of the tool [rad]."""
        return self.max_tilt - self.tilt_margin

    @property
    def commanded_speed(self) -> float:
        """Greatest commanded norm of the TCP's velocity [m/s]."""
        return self.speed_share * self.max_linear_speed

    @property
    def commanded_angular_speed(self) -> float:
        """Greatest norm of the angular velocity of the path [rad/s]."""
        return ANGULAR_SHARE * self.max_angular_speed

    @property
    def commanded_angular_acceleration(self) -> float:
        """Greatest norm of the angular acceleration of the path [rad/s^2]."""
        return ANGULAR_SHARE * self.max_angular_acceleration

    @property
    def stale_age(self) -> float:
        """Age at which a command no longer counts [s]."""
        return self.stale_periods * self.control_period

    @property
    def step_cap(self) -> float:
        """Greatest distance that one command may ask for [m]."""
        return self.commanded_speed * self.control_period

    @property
    def smoothing_time(self) -> float:
        """Time over which commanded poses are averaged [s].

        The average of a motion over a time T has the acceleration (v(t) - v(t - T)) / T, at most that of the motion,
        and the jerk (a(t) - a(t - T)) / T, at most 2 a / T.
        """
        return max(
            2.0 * self.max_linear_acceleration / self.max_linear_jerk,
            2.0 * self.max_angular_acceleration / self.max_angular_jerk,
        )

    @property
    def reaction_time(self) -> float:
        """Time by which the arm runs on when the motion along a straight path is to end [s]: ramp and smoothing."""
        return self.commanded_speed / self.max_linear_acceleration + self.smoothing_time

    @property
    def stopping_time(self) -> float:
        """Longest time from full speed to rest [s], besides the two servo ticks that ramp and smoothing round up to.

        The ramp changes the velocity by the acceleration limit times dt in each tick, and every component towards 0.
        The sum of their absolute values, at most sqrt(3) times the speed, falls at least as fast. Smoothing adds its
        time.
        """
        ramp = max(
            math.sqrt(3.0) * self.commanded_speed / self.max_linear_acceleration,
            self.max_angular_speed / self.max_angular_acceleration,
        )
        return ramp + self.smoothing_time
