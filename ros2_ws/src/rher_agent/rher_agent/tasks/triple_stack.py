# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Stack three cubes; see stack for what differs from RHER's TStack."""

from __future__ import annotations

from dataclasses import dataclass, field

from rher_agent.tasks.stack import TOLERANCE, StackTask
from rher_agent.tasks.tabletop import TabletopParameters

HORIZON = 150
"""Steps of an episode. TStack has 70, each up to twice as long as those of an arm at 0.24 m/s."""


@dataclass(frozen=True)
class TripleStackTask(StackTask):
    """Reach and move one cube after the other onto those before it."""

    parameters: TabletopParameters = field(
        default_factory=lambda: TabletopParameters(horizon=HORIZON, tolerance=TOLERANCE)
    )

    name = "triple_stack"
    object_names = ("lower", "middle", "upper")
