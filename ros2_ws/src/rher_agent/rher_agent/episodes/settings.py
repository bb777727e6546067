# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How the episode manager moves, looks and asks."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rher_agent.settings import check, ranged


@dataclass(frozen=True)
class EpisodeSettings:
    """Heights are over the table, other lengths in base_link.

    Raises:
        ValueError: A value is not allowed.
    """

    speed: float = ranged(0.2, 0.01, 0.24)
    """Of the TCP between episodes [m/s]; the task's v_max bounds it too."""
    push_speed: float = ranged(0.1, 0.01, 0.24)
    """Of the TCP while it brings an object back [m/s]; the task's v_max bounds it too."""
    turn_speed: float = ranged(0.3, 0.01, 1.0)
    """Of the tool while it is brought upright after somebody moved the arm by hand [rad/s]."""
    travel_height: float = ranged(0.11, 0.09, 0.5)
    """Of the TCP while it crosses the table [m]; more than what stands on it is high, with the tip."""
    park_height: float = ranged(0.20, 0.09, 0.6)
    """Of the TCP while a person is asked [m]; below the ceiling of the driver's box."""
    park_offset: tuple[float, float] = (-0.15, 0.0)
    """Where the arm is parked, from the middle of the square [m]; out of the camera's view of the table."""
    reach: float = ranged(0.0, 0.0, 0.3)
    """How much wider the driver's box is than the task's box of the TCP, on each side [m]. With room behind it, an
    object that a policy pushed to the edge of its own box can be pushed back."""
    box_room: float = ranged(0.01, 0.0, 0.05)
    """Distance kept from the faces of the driver's box [m], where its braking begins."""
    edge: float = ranged(0.0, -0.05, 0.1)
    """How far inside the edge of the square an object must lie for an episode to begin [m]; negative: outside, where a
    task with keeps_object lets it be pushed inwards only."""
    inset: float = ranged(0.05, 0.01, 0.2)
    """How far inside that edge an object is pushed [m]."""
    push_clearance: float = ranged(0.012, 0.002, 0.05)
    """Gap between tool and object when the tool comes down behind it [m], whatever the object's yaw."""
    pushes: int = ranged(4, 1, 20)
    """Recovery pushes in a row after which the operator is asked."""
    starts: int = ranged(4, 1, 20)
    """Starts of the arm in a row, at which the object was not seen or not clear, after which the operator is asked."""
    max_age: float = ranged(0.5, 0.1, 5.0)
    """Age at which what was seen no longer counts [s]; no more than the driver's safety.max_perception_age."""
    settle: float = ranged(0.2, 0.0, 5.0)
    """Time at rest before a picture counts [s]."""
    look_patience: float = ranged(2.0, 0.1, 60.0)
    """Time unseen after which the arm moves out of the view, and once more after which the operator is asked [s]."""
    camera_patience: float = ranged(60.0, 1.0, 3600.0)
    """Time without any picture after which the operator is asked [s]."""

    def __post_init__(self) -> None:
        check(self)
        if len(self.park_offset) != 2 or not all(math.isfinite(x) for x in self.park_offset):
            raise ValueError(f"park_offset is {self.park_offset}; allowed: two finite lengths")
        if self.park_height < self.travel_height:
            raise ValueError(f"park_height is {self.park_height} m; allowed: travel_height or more")
        if self.inset <= self.edge:
            raise ValueError(f"inset is {self.inset} m; allowed: more than edge, {self.edge} m")
