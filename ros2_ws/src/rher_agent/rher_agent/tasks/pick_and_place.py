# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pick and place: bring a cube to a goal on the table or in the air."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rher_agent.tasks.arm_task import MAX_DRAWS
from rher_agent.tasks.tabletop import GOAL_HEIGHT, TabletopTask
from rher_agent.worlds.state import Vector

IN_THE_AIR = 0.5
"""Share of the goals that are in the air, as of FetchPickAndPlace."""


@dataclass(frozen=True)
class PickAndPlaceTask(TabletopTask):
    """Reach the cube, then bring it to its goal."""

    name = "pick_and_place"

    def sample_goal(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Draw a goal over the square, half the time in the air, at least goal_clearance from the cube."""
        for _ in range(MAX_DRAWS):
            height = rng.uniform(0.0, GOAL_HEIGHT) if rng.random() < IN_THE_AIR else 0.0
            goal = np.array((*self._point(rng), self.rest_height + height))
            if np.linalg.norm(goal - body_positions[0]) >= self.parameters.goal_clearance:
                return goal[None]
        raise ValueError(f"no goal lies {self.parameters.goal_clearance} m from the cube")
