# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""FetchPickAndPlace-v4: bring a cube to a goal on the table or, half the time, in the air above it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.fetch import FetchObjectTask
from rher_agent.worlds.state import Vector


class FetchPickAndPlaceTask(FetchObjectTask):
    """The fingers open along y, which half a turn leaves as it is."""

    name = "fetch_pick_and_place"
    gym_id = "FetchPickAndPlace-v4"
    tool_symmetry = 2
    contact_radius = 0.03
    """The gripper closes around the cube's centre, so here RHER's own 3 cm can be reached [m]."""

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether the cube is still and within half the tolerance; in the air it must be held."""
        return self.rests_near(observation, desired_goal)
