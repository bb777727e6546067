# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""FetchSlide-v4: hit a puck so that it slides to a goal beyond the arm's reach. Outside what the method is for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.fetch import FetchObjectTask
from rher_agent.worlds.state import Vector


class FetchSlideTask(FetchObjectTask):
    """The fingers are shut, as in FetchPush; the puck is a disc of 25 mm radius that slides almost without friction."""

    name = "fetch_slide"
    gym_id = "FetchSlide-v4"
    tool_symmetry = 4
    contact_radius = 0.05
    """The fingers touch the puck at 4.5 cm from its centre at most; a little more counts as reached [m]."""
    RELEASED = 0.045
    """Distance of gripper and puck, centre to centre, beyond which they cannot touch [m]."""

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether the puck lies still within half the tolerance and the gripper is clear of it."""
        apart = np.linalg.norm(observation[0:3] - observation[3:6])
        return self.rests_near(observation, desired_goal) and bool(apart > self.RELEASED)
