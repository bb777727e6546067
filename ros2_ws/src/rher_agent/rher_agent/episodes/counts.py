# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the episode manager counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from rher_agent.worlds.state import Vector


@dataclass
class Counts:
    """Since the start of the node."""

    episodes: int = 0
    """Reported as ready."""
    operator_calls: int = 0
    pushes_tried: int = 0
    pushes_succeeded: int = 0
    """Recovery pushes after which the object lay in the square."""
    starts_moved: int = 0
    """Ways of the arm to a start of an episode."""
    held_waits: int = 0
    """Waits for an arm that something held."""


@dataclass
class Attempts:
    """Since the request, or since the operator was here."""

    pushes: int = 0
    starts: int = 0
    failures: int = 0
    hiding: list[Vector] = field(default_factory=list)
    """Where the TCP stood when the object was not seen [m] in base_link."""
    stepped_aside: bool = False
    pushed: bool = False
    """Whether the motion before this look was a recovery push."""
