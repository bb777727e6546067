# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A training run in its directory: joins a world, a learner and the files that a run leaves."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from rher_agent.algorithms.learner import Learner
from rher_agent.exploration.sges import Choice
from rher_agent.modules.policy import Policy
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.config import RunConfig
from rher_agent.runners.evaluator import EvaluatedEpisode, Evaluation, evaluate
from rher_agent.runners.learner_process import LearnerProcess
from rher_agent.runners.local_learner import LATEST, LearnerSetup, LocalLearner, saved_config, saved_start
from rher_agent.runners.reports import EpisodeReport, EvaluationReport, Reporter, RunSummary
from rher_agent.runners.seeds import SeedStream, episode_seed
from rher_agent.runners.trainer import Trainer
from rher_agent.settings import flat
from rher_agent.worlds.world import World, WorldError

LOGGER = logging.getLogger(__name__)


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

    def evaluating(self, goal: int, goals: int, met: int) -> None:
        """Pass on that an evaluation comes to its next goal."""
        for reporter in self._reporters:
            reporter.evaluating(goal, goals, met)

    def judging(self, goals: int) -> None:
        """Pass on that the final evaluation begins."""
        for reporter in self._reporters:
            reporter.judging(goals)

    def judged(self, evaluation: Evaluation, objects: Sequence[str]) -> None:
        """Pass on the final evaluation."""
        for reporter in self._reporters:
            reporter.judged(evaluation, objects)

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
    start: Path | None = None,
    before_episode: Callable[[], None] = lambda: None,
    show_choice: Callable[[Choice], None] = lambda choice: None,
) -> RunSummary:
    """Train in a world until the target is met, the episodes are spent, or someone asks to stop.

    Args:
        world: Where to act.
        run: Where everything goes.
        config: How the run goes.
        resume: Go on from the directory's latest checkpoint.
        start: Checkpoint of another run to begin with; None to begin from scratch.
        make_reporter: Makes the reporter, given the number of episodes that the run starts from.
        should_stop: Asked before every episode, and when the world fails.
        before_episode: Called before every episode; may block for as long as someone wants a pause.
        show_choice: Told before each step who acts.

    Raises:
        CheckpointError: There is nothing usable to resume or to start from.
        LearnerError: The learner's process died.
        WorldError: The world failed; everything up to the last whole episode is saved.
    """
    if resume:
        config = resumed_config(run, config)
    start = saved_start(run.checkpoints / LATEST, config.task) if resume else start
    run.write_config({"world": world.name, "start": start, "run": config})
    setup = LearnerSetup(
        run=config,
        task=world.task,
        log=run.log,
        checkpoints=run.checkpoints,
        resume=resume,
        start=start,
    )
    with closing(_make_learner(setup, config)) as learner:
        trainer = Trainer(
            world,
            learner,
            make_reporter=make_reporter,
            trainer=config.trainer,
            exploration=config.exploration,
            seed=config.seed,
            algorithm=config.algorithm,
            before_episode=before_episode,
            should_stop=should_stop,
            show_choice=show_choice,
        )
        return trainer.run()


def evaluate_checkpoint(
    world: World,
    run: RunDirectory,
    checkpoint: Path,
    policy: Policy,
    config: RunConfig,
    reporter: Reporter,
    *,
    tell: Callable[[int, EvaluatedEpisode], None],
    before_episode: Callable[[], None],
    should_stop: Callable[[], bool],
    show_choice: Callable[[Choice], None] = lambda choice: None,
) -> RunSummary:
    """Run the final evaluation's number of deterministic episodes with a checkpoint's policy.

    Args:
        world: Where to act.
        run: Where the settings go.
        checkpoint: What is judged.
        policy: Of the checkpoint.
        config: Gives the task, the seed, and how to judge; everything else is as the checkpoint was learned.
        reporter: Told of each goal, and the end.
        tell: Called after each episode with its number, 1 for the first.
        before_episode: Called before every episode; may block for as long as someone wants a pause.
        should_stop: Asked after it, and when the world fails; True ends the evaluation as interrupted.
        show_choice: Told before each step who acts.

    Raises:
        CheckpointError: The checkpoint is not usable.
        WorldError: The world failed; what was judged before is reported.
    """
    judged = replace(saved_config(checkpoint, config.task), trainer=config.trainer, seed=config.seed)
    run.write_config({"world": world.name, "checkpoint": checkpoint, "run": judged})
    count = config.trainer.final_evaluation_episodes
    done: list[EvaluatedEpisode] = []

    def seeds() -> Iterator[int]:
        for index in range(count):
            before_episode()
            if should_stop():
                return
            yield episode_seed(config.seed, SeedStream.PLAYBACK, index)

    def note(episode: EvaluatedEpisode) -> None:
        done.append(episode)
        tell(len(done), episode)

    began = time.monotonic()
    failure: WorldError | None = None
    guide, radius = config.trainer.evaluation_guide, judged.exploration.reached_radius
    try:
        evaluate(
            world,
            policy,
            seeds(),
            guide=guide,
            reached_radius=radius,
            begin=lambda goal, met: reporter.evaluating(goal, count, met),
            tell=note,
            show_choice=show_choice,
        )
    except WorldError as error:
        failure = None if should_stop() else error
    result = Evaluation(tuple(done))
    wall_s = time.monotonic() - began
    env_steps = sum(episode.steps for episode in done)
    summary = RunSummary(
        task=judged.task,
        algorithm=judged.algorithm,
        seed=judged.seed,
        world=world.name,
        mode="evaluate",
        episodes=len(done),
        env_steps=env_steps,
        wall_s=wall_s,
        env_steps_per_s=env_steps / max(wall_s, 1e-9),
        updates=0,
        success_rate=result.success_rate,
        strict_success_rate=result.strict_success_rate,
        evaluation_episodes=len(done),
        target_success=config.trainer.target_success,
        reached_target=len(done) == count and result.success_rate >= config.trainer.target_success,
        episodes_to_target=None,
        env_steps_to_target=None,
        wall_s_to_target=None,
        clipped_share=result.clipped_share,
        shortened_share=result.shortened_share,
        contact_rate=float("nan"),
        interrupted=len(done) < count,
    )
    reporter.finish(summary)
    reporter.judged(result, world.task.object_names)
    if failure is not None:
        raise failure
    return summary


def resumed_config(run: RunDirectory, config: RunConfig) -> RunConfig:
    """Return the settings a run began with, but how long to go on and how to judge from `config`.

    What else differs in `config` is not used, and a warning says so.

    Raises:
        CheckpointError: There is nothing usable to resume, or it is of another task.
    """
    began = saved_config(run.checkpoints / LATEST, config.task)
    learner = replace(began.learner, device=config.learner.device)
    kept = replace(
        began, trainer=config.trainer, learner=learner, learner_mode=config.learner_mode, max_lag=config.max_lag
    )
    given = flat(asdict(config))
    for name, value in flat(asdict(kept)).items():
        if value != given[name]:
            LOGGER.warning("a resumed run keeps the settings it began with: %s is %s, not %s", name, value, given[name])
    return kept


def _make_learner(setup: LearnerSetup, config: RunConfig) -> Learner:
    if config.learner_mode == "async":
        return LearnerProcess(setup, max_lag=config.max_lag)
    return LocalLearner(setup)
