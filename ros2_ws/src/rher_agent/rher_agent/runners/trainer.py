# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The one training loop: explore, remember, learn, judge, and stop when the target is met."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from rher_agent.algorithms.learner import Learner, LearnerError
from rher_agent.exploration.config import ExplorationConfig
from rher_agent.exploration.sges import Choice, SelfGuidedExploration
from rher_agent.runners.collector import Collector, TrainingEpisode
from rher_agent.runners.config import TrainerConfig
from rher_agent.runners.evaluator import Evaluation, evaluate
from rher_agent.runners.progress import NOT_JUDGED, Progress
from rher_agent.runners.reports import EpisodeReport, EvaluationReport, Reporter, RunSummary
from rher_agent.runners.seeds import SeedStream, episode_seed
from rher_agent.worlds.world import World, WorldError


class Trainer:
    """Joins a world and a learner. The world may be a simulator, a ROS graph or an arm; the loop is the same.

    Attributes:
        progress: What the loop knows between episodes; saved and loaded by whoever keeps checkpoints.
        exploration: Who acts, and the mastery of the stages.
    """

    def __init__(
        self,
        world: World,
        learner: Learner,
        *,
        make_reporter: Callable[[int], Reporter],
        trainer: TrainerConfig,
        exploration: ExplorationConfig,
        seed: int,
        algorithm: str,
        before_episode: Callable[[], None],
        should_stop: Callable[[], bool],
        show_choice: Callable[[Choice], None],
    ) -> None:
        """Prepare a run.

        Args:
            world: Where to act.
            learner: What learns.
            make_reporter: Makes who is told, given the number of episodes that the run starts from.
            trainer: How long to go on and how to judge.
            exploration: How to explore.
            seed: Seed of the run.
            algorithm: Name of the method, for the summary.
            before_episode: Called before every episode, those of an evaluation too; may block for as long as someone
                wants a pause.
            should_stop: Asked after it, and when the world fails; True ends the run as interrupted.
            show_choice: Told before each step who acts.
        """
        self._world, self._learner = world, learner
        self._config = trainer
        self._seed, self._algorithm = seed, algorithm
        self._before_episode, self._should_stop, self._show_choice = before_episode, should_stop, show_choice
        self.progress = Progress()
        self.exploration = SelfGuidedExploration(world.task, exploration)
        self.rng = np.random.default_rng(episode_seed(seed, SeedStream.EXPLORATION, 0))
        self._collector = Collector(world, self.exploration, self.rng, show_choice=show_choice)
        if learner.restored is not None:
            self._load(learner.restored)
        self._reporter = make_reporter(self.progress.episodes)

    def run(self) -> RunSummary:
        """Train until the target is met, the episodes are spent, or someone asks to stop.

        Raises:
            WorldError: The world failed; everything up to the last whole episode is saved and the summary is reported.
            LearnerError: The learner's process died; the summary is reported.
        """
        progress = self.progress
        began = time.monotonic() - progress.wall_s
        if progress.episodes == 0:
            self._learner.save(self._state(), keep=False)  # a run killed in its first episode can be resumed too
        try:
            while not progress.reached_target:
                self._before_episode()
                if self._should_stop():
                    return self._finish(None, interrupted=True)
                if progress.evaluation_is_due(self._config.evaluation_interval, self._config.max_episodes):
                    self._evaluate(began)
                    self._learner.save(self._state(), keep=True)
                elif progress.episodes < self._config.max_episodes:
                    self._train_one(began)
                else:
                    break
            self._learner.catch_up()
            self._reporter.judging(self._config.final_evaluation_episodes)
            seeds = self._seeds(SeedStream.FINAL_EVALUATION, self._config.final_evaluation_episodes)
            final = self._judge(seeds)
        except (WorldError, LearnerError):
            summary = self._finish(None, interrupted=True)
            if self._should_stop():
                return summary  # a world that goes away with us is no failure
            raise
        summary = self._finish(final, interrupted=False)
        self._reporter.judged(final, self._world.task.object_names)
        return summary

    def _train_one(self, began: float) -> None:
        progress = self.progress
        seed = episode_seed(self._seed, SeedStream.TRAINING, progress.episodes)
        collected = self._collector.collect(self._learner.policy(averaged=False), seed=seed)
        progress.count(collected)
        metrics = self._learner.learn(collected.rollout.episode, self._state())
        now = time.monotonic() - began
        progress.training_s += now - progress.wall_s
        progress.wall_s = now
        self._reporter.episode(self._episode_report(collected, metrics))

    def _episode_report(self, collected: TrainingEpisode, metrics: dict[str, float]) -> EpisodeReport:
        mastery, stages = self.exploration.mastery, len(self._world.task.stages)
        last = collected.rollout.steps[-1]
        return EpisodeReport(
            episode=self.progress.episodes,
            env_steps=self.progress.env_steps,
            updates=self._learner.updates,
            wall_s=self.progress.wall_s,
            success=collected.success,
            strict_success=collected.strict_success,
            solo=collected.solo,
            practice=collected.practice,
            contact=collected.contact,
            guide_share_before=collected.guide_share_before,
            guide_share_after=collected.guide_share_after,
            clipped_share=collected.rollout.clipped_steps / max(1, last.step),
            stopped=collected.rollout.stopped,
            age_mean=collected.rollout.age_mean,
            step_duration=collected.rollout.step_duration,
            stage_success=tuple(mastery.share(stage) for stage in range(stages)),
            guide_stage=mastery.highest(self.exploration.config.mastery_threshold),
            training_s=self.progress.training_s,
            learner=metrics,
        )

    def _evaluate(self, began: float) -> None:
        progress, config = self.progress, self._config
        self._learner.catch_up()  # so that the checkpoint kept is the policy judged
        seeds = self._seeds(SeedStream.EVALUATION, config.evaluation_episodes)
        result = self._judge(seeds)
        progress.wall_s = time.monotonic() - began
        progress.judge(result, config.target_success)
        self._retire_guide()
        self._reporter.evaluation(
            EvaluationReport(
                episode=progress.episodes,
                env_steps=progress.env_steps,
                updates=self._learner.updates,
                wall_s=progress.wall_s,
                evaluation_episodes=len(result.episodes),
                success_rate=result.success_rate,
                strict_success_rate=result.strict_success_rate,
                clipped_share=result.clipped_share,
            )
        )
        progress.wall_s = time.monotonic() - began  # what reporters draw is no training either

    def _judge(self, seeds: list[int]) -> Evaluation:
        policy = self._learner.policy(averaged=True)

        def one_by_one() -> Iterator[int]:
            for seed in seeds:
                self._before_episode()
                yield seed

        return evaluate(
            self._world,
            policy,
            one_by_one(),
            guide=self._config.evaluation_guide,
            reached_radius=self.exploration.config.reached_radius,
            begin=lambda goal, met: self._reporter.evaluating(goal, len(seeds), met),
            show_choice=self._show_choice,
        )

    def _retire_guide(self) -> None:
        last = self.progress.success_rates[-1:]
        self.exploration.guide_retired = any(success >= self.exploration.config.guide_until for success in last)

    def _state(self) -> dict[str, Any]:
        """Return everything the loop needs to go on from exactly here, as plain values."""
        return {
            "progress": asdict(self.progress),
            "mastery": self.exploration.mastery.state(),
            "generator": self.rng.bit_generator.state,
        }

    def _load(self, state: dict[str, Any]) -> None:
        self.exploration.mastery.load_state(state["mastery"])
        if "progress" in state:  # of this run, and not only what another one learned
            self.progress = Progress(**state["progress"])
            self.progress.judge_again(self._config.target_success)
            self.rng.bit_generator.state = state["generator"]
            self._retire_guide()
        else:
            self.progress.evaluated_episode = NOT_JUDGED

    def _seeds(self, stream: SeedStream, count: int) -> list[int]:
        """Return seeds that no earlier evaluation of this run has used."""
        first = self.progress.evaluated_goals
        return [episode_seed(self._seed, stream, first + index) for index in range(count)]

    def _finish(self, final: Evaluation | None, *, interrupted: bool) -> RunSummary:
        progress = self.progress
        summary = RunSummary(
            task=self._world.task.name,
            algorithm=self._algorithm,
            seed=self._seed,
            world=self._world.name,
            mode="train",
            episodes=progress.episodes,
            env_steps=progress.env_steps,
            wall_s=progress.wall_s,
            env_steps_per_s=progress.env_steps / max(progress.training_s, 1e-9),
            updates=self._learner.updates,
            success_rate=final.success_rate if final else float("nan"),
            strict_success_rate=final.strict_success_rate if final else float("nan"),
            evaluation_episodes=len(final.episodes) if final else 0,
            target_success=self._config.target_success,
            reached_target=progress.reached_target,
            episodes_to_target=progress.episodes if progress.reached_target else None,
            env_steps_to_target=progress.env_steps if progress.reached_target else None,
            wall_s_to_target=progress.wall_s if progress.reached_target else None,
            clipped_share=progress.clipped_steps / max(1, progress.env_steps),
            shortened_share=progress.shortened_steps / max(1, progress.env_steps),
            contact_rate=progress.contacts / max(1, progress.episodes),
            interrupted=interrupted,
        )
        self._reporter.finish(summary)
        return summary
