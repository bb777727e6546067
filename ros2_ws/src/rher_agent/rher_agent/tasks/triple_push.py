# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Push three cubes, each to a goal of its own; see double_push for what differs from RHER's TPush."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

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

    def are_lost(self, observations: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell whether the tool cannot get behind a cube: in 150 steps there is time to push one so far."""
        p = self.parameters
        return self._any_beyond(observations, p.tcp_brake + p.tool_radius + p.cube_size / 2.0)
