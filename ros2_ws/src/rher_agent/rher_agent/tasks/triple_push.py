# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Push three cubes, each to a goal of its own; see double_push for what differs from RHER's TPush."""

from __future__ import annotations

from dataclasses import dataclass, field

from rher_agent.tasks.push import PushParameters, PushTask

HORIZON = 150
"""Steps of an episode. TPush has 70, each up to twice as long as those of an arm at 0.24 m/s."""


@dataclass(frozen=True)
class TriplePushTask(PushTask):
    """Reach and push one cube after the other; those at their goals stay there."""

    parameters: PushParameters = field(default_factory=lambda: PushParameters(horizon=HORIZON))

    name = "triple_push"
    object_names = ("first", "second", "third")
    objects_alike = True
