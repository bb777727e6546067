# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the simulation node beside those of the simulated world itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from rher_agent.tasks.registry import task_names

from rher_sim_bridge.ros.pacer import Pacer

GROUND_TRUTH = "ground_truth"
CAMERA = "camera"
PERCEPTIONS = (GROUND_TRUTH, CAMERA)
"""Who may tell of the objects."""


@dataclass(frozen=True)
class SimNodeParameters:
    """What the node serves, how fast, and what it shows."""

    task: str = field(default="push", metadata={"choices": task_names()})
    """Task whose world is simulated."""
    writer: str = "policy"
    """Who holds the arm."""
    real_time_factor: float = field(default=0.0, metadata={"range": (0.0, 1000.0)})
    """Simulated seconds per second of wall time, 0.1 or more; 0 for as fast as possible."""
    visual_rate: float = field(default=20.0, metadata={"range": (0.0, 1000.0)})
    """Greatest rate of joint states and transforms in wall time [Hz]; 0 for none."""
    perception: str = field(default=GROUND_TRUTH, metadata={"choices": PERCEPTIONS})
    """Who tells of the objects: ground_truth, this node; camera, a perception node that sees a simulated camera."""
    film: str = ""
    """File for a film of all that happens, .mp4; empty for none."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.visual_rate) and self.visual_rate >= 0.0):
            raise ValueError(f"visual_rate is {self.visual_rate}; allowed: 0 or more")
        Pacer(self.real_time_factor)
        if not self.writer:
            raise ValueError("writer is empty; allowed: the name of a writer")
