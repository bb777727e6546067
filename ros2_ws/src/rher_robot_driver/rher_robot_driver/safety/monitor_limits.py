# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What measured values may be before they stop the motion, besides the workspace, the tilt and the speed."""

from __future__ import annotations

from dataclasses import dataclass

from rher_robot_driver.safety.checks import require_not_negative, require_positive


@dataclass(frozen=True)
class MonitorLimits:
    """Limits on measured values. A debounce is the time for which a value must be beyond its limit."""

    max_force: float = 100.0
    """Norm of the force on the TCP [N]; UR's own recovery mode allows no more."""
    max_torque: float = 10.0
    """Norm of the torque on the TCP [N m]; the range of the e-series' own sensor."""
    force_debounce: float = 0.02
    """[s]; a tap on the table is shorter, a jam is longer."""
    peak_factor: float = 2.0
    """Force and torque over their limits by this factor stop at once."""
    speed_debounce: float = 0.02
    """[s]; a measured speed is noisy."""
    max_tracking_error: float = 0.03
    """Distance between commanded and measured TCP [m]; the servo's lag at full speed is about half of it."""
    tracking_debounce: float = 0.1
    """[s]"""

    def __post_init__(self) -> None:
        require_positive(self, "max_force", "max_torque", "max_tracking_error")
        require_not_negative(self, "force_debounce", "speed_debounce", "tracking_debounce")
        if not self.peak_factor >= 1.0:
            raise ValueError(f"peak_factor is {self.peak_factor}; allowed: 1 or more")
