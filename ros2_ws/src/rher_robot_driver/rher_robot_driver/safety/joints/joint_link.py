# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the links that slow a twist for the sake of the joints have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rher_robot_driver.kinematics.configuration import ArmConfiguration
from rher_robot_driver.safety.link import Link


class JointLink(Link, Protocol):
    """Slows a twist along its direction, so that the TCP keeps its path."""

    urgent: bool
    """Whether what the link slows must brake at once, rather than as gently as the joints like it."""

    def share(self, arm: ArmConfiguration, joint_speeds: Sequence[float]) -> float:
        """Return which share of a motion is allowed, from 0 to 1; count it when it is less than 1.

        Args:
            arm: Where the joints are.
            joint_speeds: That the twist asked for needs there [rad/s], shape (6,).
        """
