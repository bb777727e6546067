# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the episode manager is told of the arm and the object. Times are seconds of one clock that never jumps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rher_agent.worlds.state import Vector


@dataclass(frozen=True, eq=False)
class ArmReading:
    """A state of the arm."""

    heard: float
    """When it came [s]."""
    position: Vector
    """Of the TCP in base_link [m], shape (3,)."""
    orientation: Vector
    """Unit quaternion w, x, y, z of the TCP in base_link, shape (4,)."""
    speed: float
    """Norm of the TCP's velocity [m/s]."""
    held: str = ""
    """What holds the arm still; empty when commands move it."""
    episode: int = 0
    step: int = 0
    """Which step the state ends."""
    stopped: str = ""
    """Why that step was not executed; empty when it was."""


@dataclass(frozen=True, eq=False)
class SeenObject:
    """The object as perception saw it in one picture."""

    captured: float
    """When the picture was taken [s]."""
    position: Vector
    """Centre in base_link [m], shape (3,); of no meaning when it is not tracked."""
    tracked: bool = True
    age: float = 0.0
    """Time since the pose was last measured, at the capture [s]."""

    def is_known(self, now: float, max_age: float) -> bool:
        """Tell whether its place is known.

        Args:
            now: Time [s].
            max_age: Greatest age of the pose [s].
        """
        known = self.tracked and bool(np.isfinite(self.position).all())
        return known and now - self.captured + self.age <= max_age
