# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""FetchReach-v4: bring the gripper to a point in the air. The smallest world to try the learner on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.fetch import FetchObjectTask
from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.task import Stage, StageKind
from rher_agent.worlds.state import Vector


class FetchReachTask(FetchObjectTask):
    """One stage: the goal itself is the object to reach.

    The world's observation has 10 entries: gripper position, finger positions, gripper velocity, finger velocities.
    """

    name = "fetch_reach"
    gym_id = "FetchReach-v4"
    object_names = ("target",)
    contact_radius = 0.05
    layout = ObservationLayout(
        size=9, tcp_position=slice(0, 3), object_positions=(slice(3, 6),), vectors=(slice(6, 9),)
    )

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Reach."""
        return (Stage("reach", StageKind.REACH, 0, self.tolerance),)

    def encode(self, seen: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return gripper position, target and gripper velocity per second."""
        raw = seen["observation"]
        return np.concatenate((raw[0:3], seen["desired_goal"], raw[5:8] / self.control_period))

    def are_lost(self, observations: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Never: a point in the air stays where it is."""
        return np.zeros(len(observations), dtype=bool)

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether the gripper is within half the tolerance."""
        return bool(np.linalg.norm(observation[0:3] - desired_goal[0]) <= self.tolerance / 2.0)
