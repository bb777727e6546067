# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A training run in its directory: joins a world, a learner and the files that a run leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum

from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.learner import Learner
from rher_agent.exploration.sges import ExplorationConfig
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.config import TrainerConfig
from rher_agent.runners.learner_process import LearnerProcess
from rher_agent.runners.local_learner import LearnerSetup, LocalLearner
from rher_agent.runners.reports import EpisodeReport, EvaluationReport, Reporter, RunSummary
from rher_agent.runners.trainer import Trainer
from rher_agent.worlds.world import World


class LearnerMode(Enum):
    """Where the learner runs."""

    SYNC = "sync"
    """In the thread that acts: deterministic."""
    ASYNC = "async"
    """In its own process: acting does not wait."""


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides how a training run goes."""

    task: str = "push"
    """Name of the task."""
    seed: int = 0
    """Seed of networks, exploration and episodes."""
    learner_mode: LearnerMode = LearnerMode.SYNC
    """Where the learner runs."""
    max_lag: int = 1
    """Episodes that a learner in its own process may be behind."""
    trainer: TrainerConfig = field(default_factory=TrainerConfig)
    """How long a run goes on and how it is judged."""
    exploration: ExplorationConfig = field(default_factory=ExplorationConfig)
    """How training episodes explore."""
    learner: LearnerConfig = field(default_factory=LearnerConfig)
    """How the actor-critic learns."""

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; allowed: 0 or more")
        if self.max_lag < 1:
            raise ValueError(f"max_lag is {self.max_lag} episodes; allowed: 1 or more")


class Reporters:
    """Passes every report on to several reporters, in order."""

    def __init__(self, reporters: Sequence[Reporter]) -> None:
        self._reporters = tuple(reporters)

    def episode(self, report: EpisodeReport) -> None:
        """Pass on a training episode."""
        for reporter in self._reporters:
            reporter.episode(report)

    def evaluation(self, report: EvaluationReport) -> None:
        """Pass on an evaluation."""
        for reporter in self._reporters:
            reporter.evaluation(report)

    def finish(self, summary: RunSummary) -> None:
        """Pass on the end."""
        for reporter in self._reporters:
            reporter.finish(summary)


def train(
    world: World,
    run: RunDirectory,
    config: RunConfig,
    *,
    resume: bool,
    make_reporter: Callable[[int], Reporter],
    should_stop: Callable[[], bool],
) -> RunSummary:
    """Train in a world until the target is met, the episodes are spent, or someone asks to stop.

    Args:
        world: Where to act.
        run: Where everything goes.
        config: How the run goes.
        resume: Go on from the directory's latest checkpoint.
        make_reporter: Makes the reporter, given the number of episodes that the run starts from.
        should_stop: Asked before every episode.

    Raises:
        CheckpointError: There is nothing usable to resume.
        LearnerError: The learner's process died.
        WorldError: The world failed; everything up to the last whole episode is saved.
    """
    run.write_config({"world": world.name, "run": config})
    setup = LearnerSetup(
        task=config.task,
        config=config.learner,
        seed=config.seed,
        log=run.path / "episodes.log",
        checkpoints=run.checkpoints,
        resume=resume,
    )
    with closing(_make_learner(setup, config)) as learner:
        trainer = Trainer(
            world,
            learner,
            make_reporter=make_reporter,
            trainer=config.trainer,
            exploration=config.exploration,
            seed=config.seed,
            should_stop=should_stop,
        )
        return trainer.run()


def _make_learner(setup: LearnerSetup, config: RunConfig) -> Learner:
    if config.learner_mode is LearnerMode.ASYNC:
        return LearnerProcess(setup, max_lag=config.max_lag)
    return LocalLearner(setup)
