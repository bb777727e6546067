# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the episode manager is at."""

from __future__ import annotations

from enum import Enum

from rher_agent.episodes.orders import MANAGER, POLICY


class Phase(Enum):
    """What goes on."""

    IDLE = "idle"
    """No episode was asked for yet."""
    HELD = "waiting for the arm"
    """Something holds the arm."""
    TAKING = "taking the arm"
    RISING = "rising"
    LOOKING = "looking"
    STEPPING_ASIDE = "moving out of view"
    STARTING = "moving to the start"
    RECOVERING = "pushing the object back"
    PARKING = "parking"
    ASKING = "asking the operator"
    HANDING_OVER = "handing the arm over"
    REPORTING = "reporting the episode"
    READY = "ready"
    """The policy holds the arm."""


AT_EASE = (Phase.IDLE, Phase.ASKING, Phase.READY)
"""In which the manager wants nothing of the arm."""
NEXT_WRITER = {Phase.TAKING: MANAGER, Phase.HANDING_OVER: POLICY}
"""Who is to hold the arm when a phase ends that waits for the driver's answer."""
