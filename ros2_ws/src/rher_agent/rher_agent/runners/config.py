# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How long a run goes on and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainerConfig:
    """The training loop's own settings."""

    max_episodes: int = 300
    """Training episodes after which the run gives up."""
    target_success: float = 0.95
    """Mean success of two successive evaluations at which the run is done."""
    evaluation_interval: int = 25
    """Training episodes between evaluations."""
    evaluation_episodes: int = 50
    """Fresh goals of each evaluation."""
    final_evaluation_episodes: int = 200
    """Fresh goals on which the frozen policy is judged at the end."""

    def __post_init__(self) -> None:
        for name in ("max_episodes", "evaluation_interval", "evaluation_episodes", "final_evaluation_episodes"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 1 or more")
        if not 0.0 < self.target_success <= 1.0:
            raise ValueError(f"target_success is {self.target_success}; allowed: more than 0, up to 1")
