# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Training episodes: self-guided exploration in a world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rher_agent.exploration.config import ExplorationConfig
from rher_agent.exploration.sges import FIRST_MOVE, Choice, SelfGuidedExploration
from rher_agent.modules.policy import Policy
from rher_agent.runners.evaluator import StageActor
from rher_agent.runners.rollout import Rollout, is_seen, rollout
from rher_agent.tasks.task import RelayTask, StageKind
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step, World


@dataclass(frozen=True, eq=False)
class TrainingEpisode:
    """A training episode and who acted in it."""

    rollout: Rollout
    solo: bool
    practice: bool
    """Only the first object was to be moved."""
    success: bool
    strict_success: bool
    contact: bool
    guide_share_before: float
    """Share of the steps before the first contact that the guide took; NaN when there were none."""
    guide_share_after: float
    """The same after the first contact."""


class Collector:
    """Runs training episodes and keeps the mastery of the stages up to date."""

    def __init__(
        self,
        world: World,
        exploration: SelfGuidedExploration,
        rng: np.random.Generator,
        *,
        show_choice: Callable[[Choice], None],
    ) -> None:
        """Prepare to collect.

        Args:
            world: Where to act.
            exploration: Who acts, and the mastery of the stages.
            rng: Draws everything random in the exploration.
            show_choice: Told before each step who acts.

        Raises:
            ValueError: See check_exploration.
        """
        self._world = world
        self._show_choice = show_choice
        self._exploration = exploration
        self._rng = rng
        self._stages = world.task.stages
        check_exploration(world.task, exploration.config)

    def collect(self, policy: Policy, *, seed: int | None) -> TrainingEpisode:
        """Run one exploring episode with the policy.

        Raises:
            WorldError: The world failed.
        """
        exploration, rng = self._exploration, self._rng
        actor = StageActor(self._world.task, policy)
        goal = self._practice_goal()
        solo = exploration.begin(rng, practice=goal is not None)
        at_hand: list[int] = []
        choices: list[Choice] = []
        starts: list[Vector] = []

        def act(step: Step) -> Vector:
            if step.step == 0:
                starts.append(actor.starts(step))
            at_hand.append(exploration.stage_at_hand(step.observation, step.desired_goal))
            choices.append(exploration.choose(at_hand[-1], rng))
            self._show_choice(choices[-1])
            action = exploration.controlled(step.observation, choices[-1])
            if action is None:
                action = actor.act(step, choices[-1].stage, starts[0])
            return exploration.perturb(action, choices[-1], rng)

        def is_over(step: Step) -> bool:
            lost = exploration.config.end_when_lost and bool(self._world.task.are_lost(step.observation[None])[0])
            return lost or is_practised(step) or (exploration.config.end_on_success and actor.is_success(step))

        def is_practised(step: Step) -> bool:
            if goal is None or not is_seen(step):
                return False
            return exploration.stage_at_hand(step.observation, step.desired_goal) > FIRST_MOVE

        result = rollout(self._world, act, seed=seed, goal=goal, until=is_over)
        last = result.steps[-1]
        at_hand.append(exploration.stage_at_hand(last.observation, last.desired_goal))
        success = not result.stopped and actor.is_success(last)
        self._record(at_hand, solo, success, stopped=result.stopped, practice=goal is not None)
        touched = [self._stages[stage].kind is StageKind.MOVE for stage in at_hand]
        contact = any(touched)
        first = touched.index(True) if contact else len(choices)
        guided = np.array([choice.guided for choice in choices])
        return TrainingEpisode(
            rollout=result,
            solo=solo,
            practice=goal is not None,
            success=success,
            strict_success=success and self._world.task.is_strict_success(last.observation, last.desired_goal),
            contact=contact,
            guide_share_before=_mean_or_nan(guided[:first]),
            guide_share_after=_mean_or_nan(guided[first:]),
        )

    def _practice_goal(self) -> Vector | None:
        share = self._exploration.practice_share
        if share and self._rng.random() < share:
            return self._world.task.practice_goal(self._rng)
        return None

    def _record(self, at_hand: list[int], solo: bool, success: bool, *, stopped: bool, practice: bool) -> None:
        """Tell mastery how the stages did: a stage passed is a success, the one the episode ended in had its chance.

        The last stage is judged only by its solo episodes, since in others the guide helped. An episode that was
        stopped says nothing.
        """
        if stopped:
            return
        mastery = self._exploration.mastery
        last = len(self._stages) - 1
        furthest = max(at_hand)
        for stage in range(min(furthest + 1, FIRST_MOVE + 1 if practice else last)):
            mastery.record(stage, furthest > stage)
        if solo:
            mastery.record(last, success)


def check_exploration(task: RelayTask, config: ExplorationConfig) -> None:
    """Raise where a task cannot be explored as asked.

    Raises:
        ValueError: Episodes are to be practice and the task has no goal for it, or but one object, of which the last
            stage is judged alone; or mastery is to be shared and its objects are not alike.
    """
    share = config.practice_probability
    if share and (len(task.object_names) < 2 or task.practice_goal(np.random.default_rng(0)) is None):
        raise ValueError(f"practice_probability is {share}; allowed for '{task.name}': 0, it has nothing to practise")
    if config.shared_mastery and not task.objects_alike:
        raise ValueError(f"shared_mastery is True; allowed for '{task.name}': False, it has no alike objects")


def _mean_or_nan(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")
