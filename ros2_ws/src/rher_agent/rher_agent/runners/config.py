# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How long a run goes on and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from rher_agent.algorithms.config import LearnerConfig
from rher_agent.exploration.config import ExplorationConfig
from rher_agent.settings import check, choice, ranged

ALGORITHMS = ("rher", "rher_paper", "rher_torch", "her", "her_ebp")
"""The methods: this one, the relay as its authors released it for one object and for several, plain HER, HER with
energy-based prioritisation."""
GUIDES: tuple[str, ...] = {item.name: item for item in fields(ExplorationConfig)}["guide"].metadata["choices"]
"""Who may guide, by names that are easily taken for those of methods."""


def check_algorithm(name: str) -> None:
    """Refuse a method that there is not, and tell where to find a guide that was taken for one.

    Raises:
        ValueError: There is no such method.
    """
    if name not in ALGORITHMS:
        hint = f"; {name} is a guide of rher: algorithm rher with exploration.guide {name}" if name in GUIDES else ""
        raise ValueError(f"algorithm is '{name}'; allowed: {', '.join(ALGORITHMS)}{hint}")


@dataclass(frozen=True)
class TrainerConfig:
    """The training loop's own settings."""

    max_episodes: int = ranged(300, 1, 1_000_000)
    """Training episodes after which the run gives up."""
    target_success: float = ranged(0.95, 0.01, 1.0)
    """Mean success of two successive evaluations at which the run is done."""
    evaluation_interval: int = ranged(20, 1, 10_000)
    """Training episodes between evaluations."""
    evaluation_episodes: int = ranged(50, 1, 10_000)
    """Fresh goals of each evaluation."""
    final_evaluation_episodes: int = ranged(200, 1, 10_000)
    """Fresh goals on which the frozen policy is judged at the end."""

    evaluation_guide: float = ranged(0.0, 0.0, 1.0)
    """Chance at each step of an evaluation that the policy of the stage at hand acts and not that of the last stage."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides how a training run goes."""

    task: str = "push"
    """Name of the task."""
    algorithm: str = choice("rher", *ALGORITHMS)
    """Name of the method whose settings these are; see presets.py."""
    seed: int = ranged(0, 0, 2**31 - 1)
    """Seed of networks, exploration and episodes."""
    learner_mode: str = choice("async", "sync", "async")
    """Where the learner runs: sync, in the thread that acts, deterministic; async, in its own process beside it."""
    max_lag: int = ranged(1, 1, 10)
    """Episodes that a learner in its own process may be behind."""
    trainer: TrainerConfig = field(default_factory=TrainerConfig)
    """How long a run goes on and how it is judged."""
    exploration: ExplorationConfig = field(default_factory=ExplorationConfig)
    """How training episodes explore."""
    learner: LearnerConfig = field(default_factory=LearnerConfig)
    """How the actor-critic learns."""

    def __post_init__(self) -> None:
        check(self)
