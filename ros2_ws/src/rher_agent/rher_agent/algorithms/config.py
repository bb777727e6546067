# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Hyper-parameters of the learner; the defaults are those of the published run."""

from __future__ import annotations

from dataclasses import dataclass, field

from rher_agent.storage.hindsight import HindsightConfig


@dataclass(frozen=True)
class LearnerConfig:
    """How the actor-critic learns."""

    hidden: int = 128
    """Units of each hidden layer."""
    layers: int = 3
    """Hidden layers."""
    learning_rate: float = 1e-3
    """Of actor and critics (Adam)."""
    gamma: float = 0.98
    """Discount per step; targets are clipped to [-1 / (1 - gamma), 0]."""
    batch_size: int = 256
    """Transitions of one update, all stages together."""
    updates_per_episode: int = 80
    """Critic updates after each episode."""
    policy_delay: int = 2
    """Critic updates per actor update."""
    target_rate: float = 0.05
    """Share of the online weights that enters the target weights at each update."""
    average_rate: float = 0.005
    """Share of the online actor that enters the averaged actor, which acts in evaluations, at each update."""
    action_l2: float = 1.0
    """Weight of the mean squared action in the actor's loss."""
    reach_weight: float = 1.0
    """Relative share of rows of each REACH stage in a batch."""
    move_weight: float = 3.0
    """Relative share of rows of each MOVE stage in a batch."""
    symmetry: bool = True
    """Turn and mirror every sampled transition at random where the task allows it."""
    normalizer_epsilon: float = 0.01
    """Least deviation of a feature, in its own unit."""
    normalizer_clip: float = 5.0
    """Greatest absolute value of a normalised feature."""
    capacity: int = 20_000
    """Episodes held in the replay buffer."""
    hindsight: HindsightConfig = field(default_factory=HindsightConfig)
    """How goals are drawn."""

    def __post_init__(self) -> None:
        for name in ("hidden", "layers", "batch_size", "updates_per_episode", "policy_delay", "capacity"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 1 or more")
        for name in ("learning_rate", "reach_weight", "move_weight", "normalizer_epsilon", "normalizer_clip"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: more than 0")
        for name in ("target_rate", "average_rate"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: more than 0, up to 1")
        if not 0.0 < self.gamma < 1.0:
            raise ValueError(f"gamma is {self.gamma}; allowed: more than 0, less than 1")
        if self.action_l2 < 0.0:
            raise ValueError(f"action_l2 is {self.action_l2}; allowed: 0 or more")
