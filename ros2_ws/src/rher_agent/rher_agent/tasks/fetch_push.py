# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""FetchPush-v4: push a cube to a goal on the table with the closed gripper of a Fetch arm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.fetch import FetchObjectTask
from rher_agent.worlds.state import Vector


class FetchPushTask(FetchObjectTask):
    """The fingers are shut; seen from above they are a square of 27 mm by 28 mm."""

    name = "fetch_push"
    gym_id = "FetchPush-v4"
    tool_symmetry = 4
    contact_radius = 0.05
    """A straight way to the cube ends 3.6 to 4.9 cm from its centre, so the 3 cm of RHER never count [m]."""
    RELEASED = 0.055
    """Distance of gripper and cube, centre to centre, beyond which they cannot touch [m]: half their diagonals."""

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether the cube lies still within half the tolerance and the gripper is clear of it."""
        apart = np.linalg.norm(observation[0:3] - observation[3:6])
        return self.rests_near(observation, desired_goal) and bool(apart > self.RELEASED)
