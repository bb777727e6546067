# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Self-Guided Exploration: the stage already learned walks the arm to where the next one can be learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.exploration.config import ExplorationConfig
from rher_agent.exploration.mastery import Mastery
from rher_agent.exploration.stage_reader import StageReader
from rher_agent.modules.action_shape import action_groups, random_action, shorten
from rher_agent.tasks.stage_rules import StageRules
from rher_agent.tasks.task import RelayTask, StageKind
from rher_agent.worlds.state import Vector

FIRST_MOVE = 1
"""Index of the stage that moves the first object: the one after the stage that reaches it."""


@dataclass(frozen=True)
class Choice:
    """Who acts in one step."""

    stage: int
    """Index of the stage whose policy acts."""
    guided: bool
    """Whether it is the guide and not the stage being learned."""


class SelfGuidedExploration:
    """Chooses at every step whether the guide or the learner acts, and perturbs the action.

    The stage at hand is read off the world: the first object that is not at its goal, reached or not. The guide is the
    highest stage mastered, or the stage at hand if that is further on; the learner is the next
    (Luo et al. 2023, SGES; the released code draws guide or learner at each step with equal probability). Beyond the
    paper: the guide that has reached an object goes on pressing against it, random actions are held for a while, some
    episodes are calmer than others, and in some the first object alone is moved, for practice.
    """

    def __init__(self, task: RelayTask, config: ExplorationConfig) -> None:
        self.config = config
        self.mastery = Mastery(len(task.stages), window=config.mastery_window)
        self._rules = StageRules(task)
        self._reader = StageReader(task, reached_radius=config.reached_radius)
        self._horizon = task.horizon
        self._steps = 0
        self._handover = 0
        self._stages = task.stages
        self._last = len(task.stages) - 1
        self._tcp_way, self._step_length = task.action_groups[0], task.step_length
        self._groups = action_groups(task, config.action_shape)
        moves = [index for index, stage in enumerate(task.stages) if stage.kind is StageKind.MOVE]
        self._alike_moves = moves if config.shared_mastery else []
        self._solo = self._practice = False
        self._noise_share = 1.0
        """Of the episode: what it has of the noise that is due."""
        self._guide_probability = config.guide_probability
        """Of the episode: chance at each step that the guide acts."""
        self.guide_retired = False
        """No guide acts any more."""
        self._held_action = np.zeros(task.action_size)
        self._held_steps = 0

    def begin(self, rng: np.random.Generator, *, practice: bool = False) -> bool:
        """Begin an episode; return whether the last stage does it alone. Its mastery is read from such episodes.

        Args:
            rng: Draws it.
            practice: Only the first object is to be moved, by its own stage.
        """
        self._held_steps = self._steps = 0
        self._practice = practice
        self._noise_share = float(rng.uniform(self.config.calmest, 1.0)) if self.config.calmest < 1.0 else 1.0
        self._guide_probability = self.config.guide_probability
        if self.config.calm_guide:
            self._guide_probability = 1.0 - self._noise_share * (1.0 - self.config.guide_probability)
        if practice:
            self._solo = False
            return False
        if self.config.guide == "jsrl":
            # The longest prefix shrinks with success; its length is drawn, so that all hand-overs are seen.
            longest = round(self._horizon * (1.0 - self.mastery.success(self._last)))
            self._handover = int(rng.integers(longest + 1))
        share = max(self.config.least_solo, self.mastery.success(self._last))
        self._solo = bool(rng.random() < share)
        return self._solo

    @property
    def practice_share(self) -> float:
        """Share of the training episodes that are practice, 0 to 1: less as what it is for succeeds."""
        later = self._alike_moves[1:] or [self._last]
        return self.config.practice_probability * (1.0 - max(self.mastery.success(stage) for stage in later))

    def stage_at_hand(self, observation: NDArray[np.float64], desired_goal: Vector) -> int:
        """Return the stage that has to be done now, read off an observation (size,) and goals (objects, 3)."""
        return self._reader.at_hand(observation, desired_goal)

    def choose(self, at_hand: int, rng: np.random.Generator) -> Choice:
        """Choose who acts, given the stage at hand."""
        self._steps += 1
        if self.config.guide == "jsrl" and not self._solo and not self._practice:
            guided = at_hand < self._last and self._steps <= self._handover and not self.guide_retired
            return Choice(at_hand if guided else self._last, guided=guided)
        if self._practice:
            # Not the last stage: the goals of the other objects, wherever they hang, are like nothing it learns from.
            led = at_hand < FIRST_MOVE and not self._held_steps and not self.guide_retired
            guided = led and rng.random() < self._guide_probability
            return Choice(at_hand if guided else FIRST_MOVE, guided=guided)
        if self._solo or self._held_steps or self.guide_retired:
            return Choice(self._last, guided=False)
        if self._stages[at_hand].kind is StageKind.MOVE and rng.random() < self._press_probability(at_hand):
            return Choice(at_hand - 1, guided=True)
        mastered = self.mastery.highest(self.config.mastery_threshold) if self.config.relay_gate else 0
        guide = max(at_hand, mastered)
        if guide < self._last:
            if rng.random() < self._guide_probability:
                return Choice(guide, guided=True)
            return Choice(guide + 1, guided=False)
        return Choice(self._last, guided=False)

    def controlled(self, observation: NDArray[np.float64], choice: Choice) -> Vector | None:
        """Return what a P-controller does in place of a guide that reaches, straight to the object; else None."""
        stage = self._stages[choice.stage]
        if self.config.guide != "p_controller" or not choice.guided or stage.kind is StageKind.MOVE:
            return None
        objects = self._rules.object_positions(observation[None])[0]
        way = (objects[stage.object_index] - self._rules.tcp_positions(observation[None])[0]) / self._step_length
        action = np.zeros(self._groups[-1].stop)
        action[self._tcp_way] = way[: self._tcp_way.stop]
        return shorten(action, self._groups)

    def _press_probability(self, stage: int) -> float:
        return self.config.press_probability * (1.0 - self._success(stage))

    def _success(self, stage: int) -> float:
        """Return the success of a stage, where moves share it that of the best of them."""
        same = self._alike_moves if stage in self._alike_moves else [stage]
        return max(self.mastery.success(one) for one in same)

    def perturb(self, action: Vector, choice: Choice, rng: np.random.Generator) -> Vector:
        """Add noise to an action, or replace it; every group of the result lies in the unit ball."""
        scale = self._noise_share * max(self.config.least_noise, 1.0 - self._success(choice.stage))
        if self._held_steps == 0 and (self.config.random_guide or not choice.guided):
            self._hold_at_random(scale, rng)
        if self._held_steps:
            self._held_steps -= 1
            return self._held_action
        return shorten(action + rng.normal(0.0, scale * self.config.noise, len(action)), self._groups)

    def _hold_at_random(self, scale: float, rng: np.random.Generator) -> None:
        """Begin to hold a random action now and then, so often that their share of the steps is as configured."""
        share, hold = scale * self.config.random_probability, self.config.random_hold
        # Steps free to begin a hold are 1 - share of all, so this begins share / hold of all steps.
        if rng.random() * (hold * (1.0 - share) + share) < share:
            self._held_steps = int(rng.geometric(1.0 / hold))
            self._held_action = random_action(self._groups, rng)
