# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the episode manager wants done next."""

from __future__ import annotations

from dataclasses import dataclass

from rher_agent.worlds.state import Vector

MANAGER = "episode_manager"
"""Who commands the arm between episodes, see ArmCommand.writer."""
POLICY = "policy"
"""Who commands it in an episode."""


@dataclass(frozen=True)
class HandOver:
    """Ask the driver to hand the arm over, and tell the manager the answer."""

    writer: str
    """Who is to hold the arm."""


@dataclass(frozen=True, eq=False)
class Command:
    """Command a twist for one control period, as decided on the newest state of the arm."""

    episode: int
    step: int
    twist: Vector
    """Linear [m/s] then angular [rad/s] in base_link, shape (6,)."""


@dataclass(frozen=True, eq=False)
class Begin:
    """Report that the episode can begin."""

    goal: Vector
    """Desired position of every object in base_link [m], shape (objects, 3)."""


Order = HandOver | Command | Begin
