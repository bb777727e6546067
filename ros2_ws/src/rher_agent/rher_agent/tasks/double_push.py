# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Push two cubes, each to a goal of its own.

RHER's DPush starts cubes in the corners of its square and its tool above them; here they lie anywhere in the square,
and the tool stays at the height of their centres as in `push`, so that it has to go round one cube to get at the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rher_agent.tasks.push import PushParameters, PushTask

HORIZON = 100
"""Steps of an episode. DPush has 60, each up to twice as long as those of an arm at 0.24 m/s."""


@dataclass(frozen=True)
class DoublePushTask(PushTask):
    """Reach and push one cube, then the other; the first stays at its goal meanwhile."""

    parameters: PushParameters = field(default_factory=lambda: PushParameters(horizon=HORIZON))

    name = "double_push"
    object_names = ("first", "second")
    objects_alike = True
