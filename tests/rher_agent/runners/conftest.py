# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A small run: the real world, a small network, few episodes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.exploration.sges import Choice
from rher_agent.reporting.recorder import RunRecorder
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.config import RunConfig, TrainerConfig
from rher_agent.runners.evaluator import Evaluation
from rher_agent.runners.reports import EpisodeReport, EvaluationReport, Reporter, RunSummary
from rher_agent.runners.session import Reporters, train
from rher_agent.worlds.world import World
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

STAGES = ("reach", "push")


@dataclass
class Told:
    """A reporter that keeps what it is told."""

    episodes: list[EpisodeReport] = field(default_factory=list)
    evaluations: list[EvaluationReport] = field(default_factory=list)
    summaries: list[RunSummary] = field(default_factory=list)
    evaluated: list[tuple[int, int, int]] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    judged_on: int | None = None
    judgements: list[Evaluation] = field(default_factory=list)

    def episode(self, report: EpisodeReport) -> None:
        self.episodes.append(report)

    def evaluation(self, report: EvaluationReport) -> None:
        self.evaluations.append(report)

    def evaluating(self, goal: int, goals: int, met: int) -> None:
        self.evaluated.append((goal, goals, met))

    def judging(self, goals: int) -> None:
        self.judged_on = goals

    def judged(self, evaluation: Evaluation, objects: Sequence[str]) -> None:
        self.judgements.append(evaluation)

    def finish(self, summary: RunSummary) -> None:
        self.summaries.append(summary)


@dataclass
class SmallRun:
    """A run in its directory, and what was told about it last."""

    path: Path
    world: World
    config: RunConfig
    told: Told = field(default_factory=Told)

    @property
    def latest(self) -> Path:
        return self.path / "checkpoints" / "latest.safetensors"

    def train(
        self,
        *,
        resume: bool = False,
        stop_after: int | None = None,
        should_stop: Callable[[], bool] | None = None,
        world: World | None = None,
        record: bool = False,
        start: Path | None = None,
    ) -> RunSummary:
        """Train with new objects; everything of an earlier part comes from the disk."""
        self.told = told = Told()
        run = RunDirectory.create(self.path.parent, self.path.name, resume=resume)

        def make_reporter(episodes: int) -> Reporter:
            if not record:
                return told
            recorder = RunRecorder(
                run,
                stages=STAGES,
                max_episodes=self.config.trainer.max_episodes,
                target_success=self.config.trainer.target_success,
                resumed_episode=episodes,
                stream=io.StringIO(),
            )
            return Reporters((told, recorder))

        return train(
            world or self.world,
            run,
            self.config,
            resume=resume,
            start=start,
            make_reporter=make_reporter,
            should_stop=should_stop or (lambda: len(told.episodes) == stop_after),
            show_choice=told.choices.append,
        )


@pytest.fixture(scope="session")
def world() -> MujocoWorld:
    """Whose episodes do not depend on those before."""
    return MujocoWorld()


@pytest.fixture
def config() -> RunConfig:
    return RunConfig(
        seed=3,
        learner_mode="sync",
        trainer=TrainerConfig(
            max_episodes=4, evaluation_interval=2, evaluation_episodes=2, final_evaluation_episodes=2
        ),
        learner=LearnerConfig(hidden=16, layers=2, batch_size=32, updates_per_episode=3),
    )


@pytest.fixture
def make_run(tmp_path: Path, world: MujocoWorld, config: RunConfig) -> Callable[..., SmallRun]:
    """Return a maker of runs by name, with changes of the trainer's settings."""

    def make(name: str = "run", **changes: object) -> SmallRun:
        trainer = replace(config.trainer, **changes)  # type: ignore[arg-type]  # the keys are the caller's
        return SmallRun(tmp_path / name, world, replace(config, trainer=trainer))

    return make
