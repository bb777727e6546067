# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Stack: bring a cube to a goal on the table and the next one onto it.

With cubes of 4 cm, a tolerance of 5 cm is met by two cubes that lie side by side. The task's own is 2 cm therefore,
less than half a cube: met only by the upper cube on the lower one. RHER's Stack has cubes of 5 cm and a tolerance of
5 cm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.arm_task import MAX_DRAWS
from rher_agent.tasks.tabletop import GOAL_HEIGHT, TabletopParameters, TabletopTask
from rher_agent.worlds.state import Vector

HORIZON = 100
"""Steps of an episode. RHER's Stack has 60, each up to twice as long as those of an arm at 0.24 m/s."""
TOLERANCE = 0.02
"""[m]"""


@dataclass(frozen=True)
class StackTask(TabletopTask):
    """Reach and move the lower cube, then the upper one onto it."""

    parameters: TabletopParameters = field(
        default_factory=lambda: TabletopParameters(horizon=HORIZON, tolerance=TOLERANCE)
    )

    name = "stack"
    object_names: ClassVar[tuple[str, ...]] = ("lower", "upper")
    objects_alike = True

    def sample_goal(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Draw where the tower is to stand, clear of all cubes."""
        p = self.parameters
        for _ in range(MAX_DRAWS):
            foot = np.array((*self._point(rng), self.rest_height))
            if np.linalg.norm(body_positions - foot, axis=1).min() >= p.apart:
                floors = np.arange(len(body_positions))[:, None]
                return foot + floors * (0.0, 0.0, p.cube_size)
        raise ValueError(f"no place of the square lies {p.apart} m from all of {body_positions.tolist()}")

    def practice_goal(self, rng: np.random.Generator) -> Vector:
        """Draw a place in the air for the first cube, at which lifting is learned before there is anything to stack."""
        p = self.parameters
        foot = np.array((*self._point(rng), self.rest_height + rng.uniform(p.cube_size, GOAL_HEIGHT)))
        return foot + np.arange(len(self.object_names))[:, None] * (0.0, 0.0, p.cube_size)

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether the tower stands, and the fingers have let go of it."""
        cubes = range(len(self.object_names))
        return super().is_strict_success(observation, desired_goal) and self.has_let_go(observation, cubes)
