# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a stop asks before somebody may end it."""

from __future__ import annotations

from dataclasses import dataclass

from rher_robot_driver.safety.checks import require_not_negative, require_positive


@dataclass(frozen=True)
class RecoveryRules:
    """When a held stop may be cleared."""

    cool_down: float = 1.0
    """Time at rest before a stop may be cleared [s]: long enough to look."""
    max_clears: int = 5
    """Stops that may be cleared within the window; more of them need a person at the arm and a new start."""
    window: float = 600.0
    """[s]"""

    def __post_init__(self) -> None:
        require_not_negative(self, "cool_down")
        require_positive(self, "window")
        if self.max_clears < 1:
            raise ValueError(f"max_clears is {self.max_clears}; allowed: 1 or more")
