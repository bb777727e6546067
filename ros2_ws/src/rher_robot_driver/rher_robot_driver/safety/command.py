# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a writer asks of the arm for one control period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class TwistCommand:
    """A Cartesian twist of the TCP with what is needed to judge it. Nothing in it is trusted before admission."""

    twist: NDArray[np.float64]
    """Linear [m/s] then angular [rad/s] velocity of the TCP, shape (6,)."""
    gripper: float
    """Opening asked for [m]; NaN leaves the gripper alone."""
    frame_id: str
    """Frame of the twist."""
    stamp_ns: int
    """When the command was made [ns], on the clock of the one who admits it."""
    writer: str
    """Who asks."""
    episode: int
    """Number given in the reset that began the episode."""
    step: int
    """1 for the first command of an episode."""
