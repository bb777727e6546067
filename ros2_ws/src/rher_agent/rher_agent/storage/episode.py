# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One episode as it is stored: whole, absolute, and once for all stages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.worlds.state import Vector


@dataclass(frozen=True, eq=False)
class Episode:
    """A trajectory of T steps.

    Goals are not part of a transition: the hindsight sampler chooses them anew each time a transition is drawn.
    """

    observations: NDArray[np.float64]
    """Shape (T + 1, task.layout.size)."""
    actions: NDArray[np.float64]
    """The actions really executed, or those asked for where the task says so, see learns_asked; (T, action_size)."""
    desired_goal: Vector
    """Desired position of every object [m] in base_link, shape (objects, 3)."""
    usable: NDArray[np.bool_]
    """False where a stop corrupted the transition, shape (T,)."""

    def __post_init__(self) -> None:
        steps = len(self.actions)
        if steps < 1 or len(self.observations) != steps + 1 or self.usable.shape != (steps,):
            raise ValueError(
                f"{steps} actions go with {steps + 1} observations and {steps} usable flags; "
                f"got {len(self.observations)} and {self.usable.shape}"
            )

    def __len__(self) -> int:
        return len(self.actions)
