# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the training loop tells: after every episode, after every evaluation, and at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rher_agent.runners.evaluator import Evaluation


@dataclass(frozen=True)
class EpisodeReport:
    """One training episode and the updates after it."""

    episode: int
    """1 for the first."""
    env_steps: int
    """Training steps so far."""
    updates: int
    """Critic updates so far."""
    wall_s: float
    """Wall time of the run so far, resumed parts included [s]."""
    success: bool
    """The last stage was done at the last step."""
    strict_success: bool
    """It was done to the letter: within half the tolerance, at rest, released."""
    solo: bool
    """The last stage did the episode alone."""
    practice: bool
    """Only the first object was to be moved, so that it is no success."""
    contact: bool
    """The TCP came within the contact radius of the object at hand."""
    guide_share_before: float
    """Share of the steps before the first contact that the guide took; NaN when there were none."""
    guide_share_after: float
    """Share of the steps after the first contact that the guide took; NaN when there were none."""
    clipped_share: float
    """Share of the steps whose motion a safety limit changed."""
    stopped: bool
    """A stop ended the episode."""
    age_mean: float
    """Mean age of what was seen in the steps that were acted on [s]."""
    step_duration: float
    """Mean duration of a step [s]; NaN where the world tells no time."""
    stage_success: tuple[float, ...]
    """Share of each stage's last chances that it took, 0 to 1, easiest first."""
    guide_stage: int
    """The stage that guides."""
    training_s: float = 0.0
    """The part of wall_s spent on training episodes and updates, evaluations left out [s]."""
    learner: dict[str, float] = field(default_factory=dict)
    """Means over the updates after the episode: critic_loss, actor_loss, q_mean, q_min, q_max, unmoved_share."""


@dataclass(frozen=True)
class EvaluationReport:
    """Deterministic episodes of the last stage's policy on goals never seen before."""

    episode: int
    """Training episodes before it."""
    env_steps: int
    """Training steps before it; steps of evaluations do not count."""
    updates: int
    wall_s: float
    evaluation_episodes: int
    success_rate: float
    strict_success_rate: float
    clipped_share: float
    """Share of the evaluation's steps whose motion a safety limit changed."""


@dataclass(frozen=True)
class RunSummary:
    """How a run ended."""

    task: str
    algorithm: str
    seed: int
    world: str
    mode: str
    episodes: int
    env_steps: int
    wall_s: float
    env_steps_per_s: float
    """Training steps per second spent on training, updates included and evaluations left out."""
    updates: int
    success_rate: float
    """Over the final evaluation; NaN when the run was interrupted before it."""
    strict_success_rate: float
    evaluation_episodes: int
    """Episodes of the final evaluation."""
    target_success: float
    reached_target: bool
    episodes_to_target: int | None
    env_steps_to_target: int | None
    wall_s_to_target: float | None
    clipped_share: float
    """Share of all training steps whose motion a safety limit changed."""
    shortened_share: float
    """Share of all training steps whose action was shortened to stay in the box of the TCP, or to clear the view."""
    contact_rate: float
    """Share of the training episodes in which the object was reached."""
    interrupted: bool = False
    """Ctrl-C or a failed world ended the run."""


class Reporter(Protocol):
    """Someone who is told."""

    def episode(self, report: EpisodeReport) -> None:
        """Take note of a training episode."""

    def evaluation(self, report: EvaluationReport) -> None:
        """Take note of an evaluation."""

    def evaluating(self, goal: int, goals: int, met: int) -> None:
        """Take note that an evaluation comes to the next of its goals, 1 for the first, with so many met before it."""

    def judging(self, goals: int) -> None:
        """Take note that training is over and the final evaluation on so many goals begins."""

    def finish(self, summary: RunSummary) -> None:
        """Take note of the end."""

    def judged(self, evaluation: Evaluation, objects: Sequence[str]) -> None:
        """Take the final evaluation, or that of a checkpoint, with the names of its objects; comes after the end."""
