# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Hindsight at sample time: every transition can serve every stage, with goals drawn from its own future."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.settings import check, choice, ranged
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_agent.tasks.task import RelayTask

LEAST_PRECISION = 0.05
"""Share of a tolerance below which nothing is ever near enough."""
MOST_AT_HAND = 0.5
"""Largest share of the rows of a stage that are drawn for at_hand_weight."""


@dataclass(frozen=True)
class HindsightConfig:
    """How goals are drawn."""

    precision: float = ranged(0.3, LEAST_PRECISION, 1.0)
    """Share of a stage's tolerance that earns the reward. With less than 1 a small push already tells apart where it
    led from where it began, the object is held well inside the tolerance, and a reach presses on to the object."""
    loosest_precision: float = ranged(0.0, 0.0, 5.0)
    """Where more than precision, each transition draws its own share uniformly from between the two: a loose share is
    met early, a tight one holds the object near the goal. More than 1 rewards what the task does not count, a
    help where its own tolerance is seldom met; a reach too, unless reach_precision says otherwise."""
    reach_precision: float = ranged(0.0, 0.0, 1.0)
    """The same share for REACH stages, 0 for as above: a gripper has to open before it comes near a cube's centre."""
    astray_precision: float = ranged(0.0, 0.0, 1.0)
    """Share of a stage's tolerance beyond which one of several alike objects is astray and leads the others, where the
    learner exchanges them; at least 0.05, or 0 for the tightest that earns the reward."""
    relabel_share: float = ranged(0.8, 0.0, 1.0)
    """Share of transitions whose goal is replaced: k / (k + 1) for the strategy 'future' with k = 4."""
    lost_is_final: bool = True
    """Once an object is out of reach for good, the value of every stage that moves one is the least there is."""
    stop_is_final: bool = False
    """The step that led to a stop is learned from: in every stage its value is the least there is. On an arm, which
    a person may have stopped, such steps are left out."""
    priority: str = choice("uniform", "uniform", "energy")
    """How episodes are drawn: uniform, every transition alike; energy, in proportion to the energy that the objects
    took up (Zhao and Tresp 2018)."""
    at_hand_weight: float = ranged(1.0, 1.0, 100.0)
    """How many times as likely as any other a transition is drawn for the stages of the object that had to be moved
    then; at most half of their rows are drawn so, the others from everywhere. Of what is stored the late stages of a
    task are a small part."""
    redraw_probability: float = ranged(0.7, 0.0, 1.0)
    """Chance that a goal of a MOVE stage already met at time t is drawn again."""
    redraw_rounds: int = ranged(3, 0, 100)
    """How often."""
    steps: int = ranged(1, 1, 10)
    """Steps whose rewards are summed before the value of a state is asked for; fewer at the end of an episode."""

    def __post_init__(self) -> None:
        check(self)
        if self.priority == "energy" and self.at_hand_weight != 1.0:
            raise ValueError(f"at_hand_weight is {self.at_hand_weight}; allowed with the priority 'energy': 1")
        if 0.0 < self.astray_precision < LEAST_PRECISION:
            raise ValueError(f"astray_precision is {self.astray_precision}; allowed: 0, or {LEAST_PRECISION} to 1")

    def astray(self, is_reach: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the share of the tolerance beyond which an object is astray, for stages that reach or not."""
        if self.astray_precision > 0.0:
            return np.full(is_reach.shape, self.astray_precision)
        return np.where(is_reach, self.reach_precision or self.precision, self.precision)


@dataclass(frozen=True, eq=False)
class Transitions:
    """B transitions with their goals and rewards."""

    observations: NDArray[np.float64]
    next_observations: NDArray[np.float64]
    actions: NDArray[np.float64]
    rewards: NDArray[np.float64]
    """0 where the stage is done after the step, else -1; of several steps the discounted sum; shape (B,)."""
    discounts: NDArray[np.float64]
    """What the value of the next observation counts, shape (B,)."""
    lost: NDArray[np.bool_]
    """Whether no goal will ever be met: an object is lost at the next observation of a row that moves one, or
    the step led to a stop that is learned from; shape (B,)."""
    goals: Goals
    unmoved_share: float
    """Share of the relabelled rows of MOVE stages whose object never moved in the episode: they teach nothing."""


class HindsightSampler:
    """Draws transitions for chosen stages from the replay buffer and relabels them."""

    UNMOVED = 1e-3
    """An object that stays within this distance of its start has not been moved [m]."""

    def __init__(self, task: RelayTask, config: HindsightConfig, *, gamma: float) -> None:
        self._config = config
        self._gamma = gamma
        self._rules = StageRules(task)
        self._are_lost = task.are_lost

    def sample(self, buffer: ReplayBuffer, stages: NDArray[np.int64], rng: np.random.Generator) -> Transitions:
        """Draw one transition for each entry of `stages`, over all usable transitions.

        Raises:
            ValueError: The buffer holds nothing to learn from.
        """
        if len(buffer.transitions) == 0:
            raise ValueError("the replay buffer holds no usable transition")
        rows = len(stages)
        episode, step = buffer.transitions[self._draw(buffer, stages, rng)].T
        observations = buffer.observations[episode, step]
        starts = self._rules.object_positions(buffer.observations[episode, 0])
        goals = self._rules.goals(observations, starts, buffer.desired_goals[episode], stages)

        relabel = rng.random(rows) < self._config.relabel_share
        precision = self._draw_precision(stages, rng)
        future = self._draw_future(buffer, observations, goals, episode, step, precision, rng)
        in_future = buffer.observations[episode, future]
        achieved = self._rules.object_positions(in_future)
        goals = Goals(
            stages,
            reach=np.where(relabel[:, None], self._rules.tcp_positions(in_future), goals.reach),
            objects=np.where(relabel[:, None, None], achieved, goals.objects),
        )
        ahead = self._count_ahead(buffer, episode, step)
        next_observations = buffer.observations[episode, step + ahead]
        return Transitions(
            observations=observations,
            next_observations=next_observations,
            actions=buffer.actions[episode, step],
            rewards=self._rewards(buffer, episode, step, ahead, goals, precision),
            discounts=np.power(self._gamma, ahead),
            lost=self._lost(next_observations, stages) | buffer.stopped[episode, step + ahead - 1],
            goals=goals,
            unmoved_share=self._unmoved_share(buffer, episode, stages, relabel),
        )

    def _count_ahead(
        self, buffer: ReplayBuffer, episode: NDArray[np.int64], step: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return how many steps to look ahead: as configured, less before the end or a step not to learn from; (B,)."""
        ahead = np.ones_like(step)
        for k in range(1, self._config.steps):
            further = np.minimum(step + k, buffer.usable.shape[1] - 1)
            ahead += (ahead == k) & (step + k == further) & buffer.usable[episode, further]
        return ahead

    def _rewards(
        self,
        buffer: ReplayBuffer,
        episode: NDArray[np.int64],
        step: NDArray[np.int64],
        ahead: NDArray[np.int64],
        goals: Goals,
        precision: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the discounted sum of the rewards of `ahead` (B,) steps, shape (B,)."""
        total = np.zeros(len(step))
        for k in range(self._config.steps):
            after = buffer.observations[episode, step + np.minimum(k + 1, ahead)]
            failed = ~self._rules.done(after, goals, precision=precision) & (k < ahead)
            total -= self._gamma**k * failed
        return total

    def _draw(self, buffer: ReplayBuffer, stages: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw indices of transitions for rows of given stages, shape (B,)."""
        drawn = self._draw_any(buffer, len(stages), rng)
        weight = self._config.at_hand_weight
        if weight == 1.0:
            return drawn
        episodes, steps = buffer.transitions.T
        at_hand = buffer.at_hand[episodes, steps]
        wanted = self._rules.object_index[stages]
        for index in np.unique(wanted):
            found = np.flatnonzero(at_hand == index)
            rows = np.flatnonzero(wanted == index)
            # Of N transitions n are at hand. A share s of the rows from these, the others from all, gives them
            # s + (1 - s) n / N = w n / (w n + N - n) of all rows, so that each is w times as likely as any other.
            extra = (weight - 1.0) * len(found)
            share = min(extra / (extra + len(at_hand)), MOST_AT_HAND)
            rows = rows[rng.random(len(rows)) < share]
            drawn[rows] = rng.choice(found, size=len(rows))
        return drawn

    def _draw_any(self, buffer: ReplayBuffer, rows: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw indices of transitions, shape (rows,)."""
        if self._config.priority == "uniform":
            return rng.integers(len(buffer.transitions), size=rows)
        # An episode by its energy, then any of its steps, however many they are.
        episodes = buffer.transitions[:, 0]
        steps = np.bincount(episodes, minlength=len(buffer))
        total = np.cumsum(buffer.energies[episodes] / steps[episodes])
        return np.searchsorted(total, rng.random(rows) * total[-1], side="right")

    def _lost(self, next_observations: NDArray[np.float64], stages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which steps of stages that move something lost an object, shape (B,)."""
        if not self._config.lost_is_final:
            return np.zeros(len(stages), dtype=bool)
        return self._are_lost(next_observations) & ~self._rules.is_reach[stages]

    def _draw_precision(self, stages: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw the share of the tolerance that earns the reward for rows of given stages, shape (B,)."""
        tight, loose = self._config.precision, self._config.loosest_precision
        drawn = rng.uniform(tight, loose, len(stages)) if loose > tight else np.full(len(stages), tight)
        return np.where(self._rules.is_reach[stages], self._config.reach_precision or drawn, drawn)

    def _draw_future(
        self,
        buffer: ReplayBuffer,
        observations: NDArray[np.float64],
        goals: Goals,
        episode: NDArray[np.int64],
        step: NDArray[np.int64],
        precision: NDArray[np.float64],
        rng: np.random.Generator,
    ) -> NDArray[np.int64]:
        """Draw future steps in (step, T], again for MOVE goals that are met already at time t.

        A goal met before the action says nothing about the action. The test is against the object at t: against t + 1
        it would throw away the very transitions that enter the goal.
        """
        left = buffer.lengths[episode] - step
        future = step + 1 + rng.integers(left)
        moves = ~self._rules.is_reach[goals.stages]
        for _ in range(self._config.redraw_rounds):
            achieved = self._rules.object_positions(buffer.observations[episode, future])
            met = self._rules.done(observations, Goals(goals.stages, goals.reach, achieved), precision=precision)
            again = moves & met & (rng.random(len(step)) < self._config.redraw_probability)
            future = np.where(again, step + 1 + rng.integers(left), future)
        return future

    def _unmoved_share(
        self,
        buffer: ReplayBuffer,
        episode: NDArray[np.int64],
        stages: NDArray[np.int64],
        relabel: NDArray[np.bool_],
    ) -> float:
        rows = np.flatnonzero(relabel & ~self._rules.is_reach[stages])
        if len(rows) == 0:
            return 0.0
        chosen, which = episode[rows], self._rules.object_index[stages[rows]]
        index = np.arange(len(rows))
        first = self._rules.object_positions(buffer.observations[chosen, 0])[index, which]
        last = self._rules.object_positions(buffer.observations[chosen, buffer.lengths[chosen]])[index, which]
        return float(np.mean(np.linalg.norm(last - first, axis=1) < self.UNMOVED))
