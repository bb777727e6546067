# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""No gripper, or one that is kept shut: a pusher."""

from __future__ import annotations

from rher_robot_driver.gripper.gripper import GripperState

CLOSED = GripperState(opening=0.0)


class NullGripper:
    """Stays closed, whatever is asked of it."""

    @property
    def state(self) -> GripperState:
        """Closed."""
        return CLOSED

    def enable(self) -> None:
        """Nothing moves."""

    def move(self, opening: float) -> None:
        """Take no notice."""

    def close(self) -> None:
        """Nothing is held."""
