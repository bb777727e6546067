# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A task whose world is a gymnasium goal-environment that nobody here wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.task import RelayTask
from rher_agent.worlds.state import Vector


class GymTask(RelayTask, Protocol):
    """What a world made by gymnasium needs to know of a task besides."""

    @property
    def gym_module(self) -> str:
        """Module that registers the environment."""

    @property
    def gym_id(self) -> str:
        """Id under which gymnasium makes the environment."""

    def encode(self, seen: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Encode a goal-environment's observation as the layout says, in SI units; shape (layout.size,)."""

    def goal(self, seen: Mapping[str, NDArray[np.float64]]) -> Vector:
        """Return the desired position of every object [m], shape (objects, 3), from the same observation."""
