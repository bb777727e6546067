# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The limits of the joints, beside those that the arm's maker states."""

from __future__ import annotations

from dataclasses import dataclass

from rher_robot_driver.safety.checks import require_not_negative, require_positive


@dataclass(frozen=True)
class JointLimits:
    """Limits of the joints. The defaults rest on the sweep of the push box (rher_sim_bridge.sweep)."""

    speed_share: float = 0.5
    """Share of the maker's joint speeds that twists may use; 90 deg/s on a UR5e carries 0.24 m/s over the push box."""
    position_margin: float = 0.05
    """Distance to the maker's joint limits at which a joint is brought to rest [rad]."""
    max_acceleration: float = 40.0
    """Greatest joint acceleration of what is sent [rad/s^2]; the greatest that UR's own motions accept."""
    acceleration_share: float = 0.9
    """Share of max_acceleration that changes of the motion may use; the rest is for what the path's bends add."""
    manipulability_slow: float = 0.5
    """Relative manipulability below which motion towards the singularity slows down, the more the nearer; full speed
    over the push box of a UR5e, which keeps above 0.09, is never slowed."""
    manipulability_stop: float = 0.04
    """Relative manipulability below which motion towards the singularity is stopped and the stop held."""

    def __post_init__(self) -> None:
        require_positive(self, "max_acceleration", "manipulability_slow", "manipulability_stop")
        require_not_negative(self, "position_margin")
        for name in ("speed_share", "acceleration_share"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: more than 0, at most 1")
        if not self.manipulability_stop < self.manipulability_slow < 1.0:
            raise ValueError(
                f"manipulability_slow is {self.manipulability_slow}; allowed: more than manipulability_stop, "
                f"{self.manipulability_stop}, and less than 1"
            )

    @property
    def path_acceleration(self) -> float:
        """Greatest joint acceleration that a change of the motion may ask for [rad/s^2]."""
        return self.acceleration_share * self.max_acceleration
