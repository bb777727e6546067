# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Deterministic episodes of the last stage's policy: what the arm would do if training ended now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.exploration.sges import Choice
from rher_agent.exploration.stage_reader import StageReader
from rher_agent.modules.policy import Policy
from rher_agent.runners.rollout import Rollout, is_seen, rollout
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_agent.tasks.task import RelayTask
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step, World


class StageActor:
    """Acts with the policy of a chosen stage, without noise."""

    def __init__(self, task: RelayTask, policy: Policy) -> None:
        self._policy = policy
        self._rules = StageRules(task)
        self.last_stage = len(task.stages) - 1
        """Index of the stage that is the task itself."""

    def goals(self, step: Step, stage: int, starts: Vector) -> Goals:
        """Return the goals of one stage as one row; `starts` are the object positions (objects, 3) at the reset [m]."""
        return self._rules.goals(step.observation[None], starts[None], step.desired_goal[None], np.array([stage]))

    def act(self, step: Step, stage: int, starts: Vector) -> Vector:
        """Return the deterministic action of a stage; shape (action_size,)."""
        return self._policy.act(step.observation, self.goals(step, stage, starts))

    def starts(self, step: Step) -> Vector:
        """Return the object positions of a step, shape (objects, 3) [m] in base_link."""
        return self._rules.object_positions(step.observation[None])[0]

    def is_success(self, step: Step) -> bool:
        """Tell whether every object was seen at its goal."""
        goals = self.goals(step, self.last_stage, self.starts(step))
        return is_seen(step) and bool(self._rules.done(step.observation[None], goals)[0])


@dataclass(frozen=True, eq=False)
class EvaluatedEpisode:
    """One evaluation episode."""

    seed: int
    success: bool
    strict_success: bool
    goal_distance: float
    """Greatest distance of an object to its goal at the last step [m]."""
    steps: int
    """Steps until success was judged."""
    clipped_share: float
    """Share of the steps whose motion a safety limit changed."""
    shortened_share: float
    """Share of the steps whose action the task shortened to stay in the box of the TCP, or to clear the view."""
    age_mean: float
    """Mean age of what was seen when the policy acted on it [s]."""
    starts: Vector
    """Positions of the objects at the reset [m] in base_link, shape (objects, 3)."""
    ends: Vector
    """The same at the last step."""
    goals: Vector
    """Where they should have been at the last step."""
    stopped: str = ""
    """What stopped it before its end, or that nothing was seen at it, which is no success wherever the objects are
    supposed to lie; empty when nothing did."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All evaluation episodes."""

    episodes: tuple[EvaluatedEpisode, ...]

    @property
    def success_rate(self) -> float:
        """Share of the episodes whose last step is a success."""
        return self._mean([episode.success for episode in self.episodes])

    @property
    def strict_success_rate(self) -> float:
        """Share of the episodes done to the letter."""
        return self._mean([episode.strict_success for episode in self.episodes])

    @property
    def clipped_share(self) -> float:
        """Share of the steps whose motion a safety limit changed."""
        return self._mean([episode.clipped_share for episode in self.episodes])

    @property
    def shortened_share(self) -> float:
        """Share of the steps whose action the task shortened to stay in the box of the TCP, or to clear the view."""
        return self._mean([episode.shortened_share for episode in self.episodes])

    @staticmethod
    def _mean(values: list[bool] | list[float]) -> float:
        return float(np.mean(values)) if values else float("nan")


def evaluate(
    world: World,
    policy: Policy,
    seeds: Iterable[int],
    *,
    guide: float = 0.0,
    reached_radius: float = 0.0,
    begin: Callable[[int, int], None] = lambda goal, met: None,
    tell: Callable[[EvaluatedEpisode], None] = lambda episode: None,
    show_choice: Callable[[Choice], None] = lambda choice: None,
) -> Evaluation:
    """Run one deterministic episode for each seed.

    Args:
        world: Where to act.
        policy: What acts.
        seeds: Of the episodes.
        guide: Chance at each step that the policy of the stage at hand acts and not that of the last stage.
        reached_radius: Distance TCP to object within which a reach counts as done for that [m]; 0 for the task's own.
        begin: Called before each episode with its number, 1 for the first, and how many goals were met so far.
        tell: Called after each episode.
        show_choice: Told before each step who acts.

    Raises:
        WorldError: The world failed.
    """
    episodes: list[EvaluatedEpisode] = []
    for seed in seeds:
        begin(len(episodes) + 1, sum(episode.success for episode in episodes))
        episodes.append(_evaluate_one(world, policy, seed, guide, reached_radius, show_choice))
        tell(episodes[-1])
    return Evaluation(tuple(episodes))


def _evaluate_one(
    world: World,
    policy: Policy,
    seed: int,
    guide: float,
    reached_radius: float,
    show_choice: Callable[[Choice], None],
) -> EvaluatedEpisode:
    actor = StageActor(world.task, policy)
    reader, rng = StageReader(world.task, reached_radius=reached_radius), np.random.default_rng(seed)
    starts: list[Vector] = []

    def act(step: Step) -> Vector:
        if step.step == 0:
            starts.append(actor.starts(step))
        stage = actor.last_stage
        if guide > 0.0 and rng.random() < guide:
            stage = reader.at_hand(step.observation, step.desired_goal)
        show_choice(Choice(stage, guided=stage != actor.last_stage))
        return actor.act(step, stage, starts[0])

    result: Rollout = rollout(world, act, seed=seed)
    last = result.steps[-1]
    ends = actor.starts(last)
    stopped = (last.reason or "stopped") if result.stopped else ""
    if not stopped and not is_seen(last):
        stopped = f"what lies on the table was last seen {last.age:.1f} s before the end"
    distances: NDArray[np.float64] = np.linalg.norm(ends - last.desired_goal, axis=1)
    return EvaluatedEpisode(
        seed=seed,
        success=not stopped and actor.is_success(last),
        strict_success=not stopped and world.task.is_strict_success(last.observation, last.desired_goal),
        goal_distance=float(distances.max()),
        steps=last.step,
        stopped=stopped,
        clipped_share=result.clipped_steps / max(1, last.step),
        shortened_share=result.shortened_steps / max(1, last.step),
        age_mean=result.age_mean,
        starts=actor.starts(result.steps[0]),
        ends=ends,
        goals=last.desired_goal,
    )
