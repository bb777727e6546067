# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Hyper-parameters of the learner; the defaults are those of the published run."""

from __future__ import annotations

from dataclasses import dataclass, field

from rher_agent.settings import check, choice, ranged
from rher_agent.storage.hindsight import HindsightConfig


@dataclass(frozen=True)
class LearnerConfig:
    """How the actor-critic learns."""

    hidden: int = ranged(128, 8, 1024)
    """Units of each hidden layer."""
    layers: int = ranged(3, 1, 6)
    """Hidden layers."""
    learning_rate: float = ranged(1e-3, 1e-6, 0.1)
    """Of actor and critics (Adam)."""
    gamma: float = ranged(0.98, 0.5, 0.999)
    """Discount per step; targets are clipped to [-1 / (1 - gamma), 0]."""
    batch_size: int = ranged(256, 8, 8192)
    """Transitions of one update, all stages together."""
    updates_per_episode: int = ranged(120, 1, 10_000)
    """Critic updates after each episode."""
    policy_delay: int = ranged(2, 1, 10)
    """Critic updates per actor update."""
    target_rate: float = ranged(0.05, 1e-4, 1.0)
    """Share of the online weights that enters the target weights at each update."""
    average_rate: float = ranged(0.01, 1e-4, 1.0)
    """Share of the online actor that enters the averaged actor, which acts in evaluations, at each update."""
    action_l2: float = ranged(0.5, 0.0, 100.0)
    """Weight of the mean squared action in the actor's loss."""
    action_shape: str = choice("ball", "ball", "box")
    """Set of the policy's actions: ball, the groups of the task; box, every entry by itself."""
    reach_weight: float = ranged(1.0, 0.01, 100.0)
    """Relative share of rows of each REACH stage in a batch."""
    move_weight: float = ranged(3.0, 0.01, 100.0)
    """Relative share of rows of each MOVE stage in a batch."""
    symmetry: bool = True
    """Show the networks one canonical view of every situation, where the task allows it."""
    normalizer_epsilon: float = ranged(0.01, 1e-6, 1.0)
    """Least deviation of a feature, in its own unit."""
    normalizer_clip: float = ranged(5.0, 1.0, 100.0)
    """Greatest absolute value of a normalised feature."""
    capacity: int = ranged(20_000, 1, 1_000_000)
    """Episodes held in the replay buffer."""
    hindsight: HindsightConfig = field(default_factory=HindsightConfig)
    """How goals are drawn."""

    def __post_init__(self) -> None:
        check(self)
