# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the training loop knows between episodes."""

from __future__ import annotations

from dataclasses import dataclass, field

from rher_agent.runners.collector import TrainingEpisode
from rher_agent.runners.evaluator import Evaluation

NOT_JUDGED = -1
"""Makes an evaluation due before the first training episode."""


@dataclass
class Progress:
    """Counters of a run. Plain numbers, so that they survive in a checkpoint."""

    episodes: int = 0
    env_steps: int = 0
    wall_s: float = 0.0
    """Wall time so far, earlier parts of a resumed run included [s]."""
    training_s: float = 0.0
    """The part of it spent on training episodes and updates, evaluations left out [s]."""
    clipped_steps: int = 0
    shortened_steps: int = 0
    contacts: int = 0
    success_rates: list[float] = field(default_factory=list)
    """Success of every evaluation so far."""
    evaluated_episode: int = 0
    """Training episodes before the last evaluation. From scratch nothing is worth judging before the first of them;
    NOT_JUDGED where a run begins with what another one learned."""
    evaluated_goals: int = 0
    """Goals of all evaluations so far."""
    reached_target: bool = False

    def count(self, collected: TrainingEpisode) -> None:
        """Take in a training episode."""
        self.episodes += 1
        self.env_steps += len(collected.rollout.steps) - 1
        self.clipped_steps += collected.rollout.clipped_steps
        self.shortened_steps += collected.rollout.shortened_steps
        self.contacts += collected.contact

    def evaluation_is_due(self, interval: int, last: int) -> bool:
        """Tell whether the policy should be judged now: every `interval` episodes and after the last, once."""
        is_time = self.episodes % interval == 0 or self.episodes >= last
        return is_time and self.episodes > self.evaluated_episode

    def judge(self, evaluation: Evaluation, target: float) -> None:
        """Take in an evaluation; the target is met by the mean success of the last two."""
        self.evaluated_episode = self.episodes
        self.evaluated_goals += len(evaluation.episodes)
        self.success_rates.append(evaluation.success_rate)
        self.judge_again(target)

    def judge_again(self, target: float) -> None:
        """Compare the evaluations so far with a target, which a resumed run may have changed."""
        last = self.success_rates[-2:]
        self.reached_target = len(last) == 2 and sum(last) / 2.0 >= target
