# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A training run in its directory: joins a world, a learner and the files that a run leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from rher_agent.algorithms.learner import Learner
from rher_agent.exploration.sges import Choice
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.config import RunConfig
from rher_agent.runners.evaluator import evaluate
from rher_agent.runners.learner_process import LearnerProcess
from rher_agent.runners.local_learner import LATEST, LearnerSetup, LocalLearner, load_policy, saved_config
from rher_agent.runners.reports import EpisodeReport, EvaluationReport, Reporter, RunSummary
from rher_agent.runners.seeds import SeedStream, episode_seed
from rher_agent.runners.trainer import ALGORITHM, Trainer
from rher_agent.worlds.world import World


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
    show_choice: Callable[[Choice], None] = lambda choice: None,
) -> RunSummary:
    """Train in a world until the target is met, the episodes are spent, or someone asks to stop.

    Args:
        world: Where to act.
        run: Where everything goes.
        config: How the run goes.
        resume: Go on from the directory's latest checkpoint.
        make_reporter: Makes the reporter, given the number of episodes that the run starts from.
        should_stop: Asked before every episode.
        show_choice: Told before each training step who acts.

    Raises:
        CheckpointError: There is nothing usable to resume.
        LearnerError: The learner's process died.
        WorldError: The world failed; everything up to the last whole episode is saved.
    """
    if resume:
        config = resumed_config(run, config)
    run.write_config({"world": world.name, "run": config})
    setup = LearnerSetup(
        run=config,
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
            show_choice=show_choice,
        )
        return trainer.run()


def evaluate_checkpoint(world: World, checkpoint: Path, config: RunConfig, reporter: Reporter) -> RunSummary:
    """Run the final evaluation's number of deterministic episodes with a checkpoint's policy.

    Raises:
        CheckpointError: The checkpoint is missing, damaged, or of another task.
        WorldError: The world failed.
    """
    policy = load_policy(checkpoint, config.task)
    count = config.trainer.final_evaluation_episodes
    began = time.monotonic()
    result = evaluate(world, policy, [episode_seed(config.seed, SeedStream.PLAYBACK, i) for i in range(count)])
    wall_s = time.monotonic() - began
    env_steps = count * world.task.horizon
    summary = RunSummary(
        task=config.task,
        algorithm=ALGORITHM,
        seed=config.seed,
        world=world.name,
        mode="evaluate",
        episodes=count,
        env_steps=env_steps,
        wall_s=wall_s,
        env_steps_per_s=env_steps / max(wall_s, 1e-9),
        updates=0,
        success_rate=result.success_rate,
        strict_success_rate=result.strict_success_rate,
        evaluation_episodes=count,
        target_success=config.trainer.target_success,
        reached_target=result.success_rate >= config.trainer.target_success,
        episodes_to_target=None,
        env_steps_to_target=None,
        wall_s_to_target=None,
        clipped_share=result.clipped_share,
        shortened_share=result.shortened_share,
        contact_rate=float("nan"),
    )
    reporter.finish(summary)
    return summary


def resumed_config(run: RunDirectory, config: RunConfig) -> RunConfig:
    """Return the settings a run began with, but how long to go on and how to judge from `config`.

    Raises:
        CheckpointError: There is nothing usable to resume, or it is of another task.
    """
    began = saved_config(run.checkpoints / LATEST, config.task)
    return replace(began, trainer=config.trainer, learner_mode=config.learner_mode, max_lag=config.max_lag)


def _make_learner(setup: LearnerSetup, config: RunConfig) -> Learner:
    if config.learner_mode == "async":
        return LearnerProcess(setup, max_lag=config.max_lag)
    return LocalLearner(setup)
