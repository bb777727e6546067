# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Settings of self-guided exploration."""

from __future__ import annotations

from dataclasses import dataclass

from rher_agent.settings import check, choice, ranged


@dataclass(frozen=True)
class ExplorationConfig:
    """How training episodes explore."""

    guide: str = choice("learned", "learned", "p_controller", "jsrl")
    """Who guides: learned, the policy of the stage before, at each step by chance; p_controller, a straight way to the
    object in its place; jsrl, the learned policy for a first part of the episode that shrinks as the last stage
    succeeds (Uchendu et al. 2023)."""
    reached_radius: float = ranged(0.0, 0.0, 1.0)
    """Distance TCP to object within which a reach counts as done while exploring [m]; 0 for the task's own."""
    guide_probability: float = ranged(0.75, 0.0, 1.0)
    """Chance at each step that the guide acts while the stage at hand is one it can do."""
    press_probability: float = ranged(0.6, 0.0, 1.0)
    """Chance at each step that the guide goes on pressing against an object it has reached, while the stage that moves
    the object is not done yet; it falls with that stage's success. Jitter alone rarely moves an object far enough to
    learn from."""
    relay_gate: bool = True
    """The guide is the highest stage mastered where that is beyond the stage at hand; else always the stage at hand."""
    guide_until: float = ranged(2.0, 0.0, 2.0)
    """Success of an evaluation at which no guide acts until the next; with more than 1 it never retires."""
    noise: float = ranged(0.2, 0.0, 2.0)
    """Standard deviation of the Gaussian noise on each entry of an action, whose norm is at most 1."""
    random_probability: float = ranged(0.3, 0.0, 1.0)
    """Share of the learning stage's actions that are random."""
    random_guide: bool = False
    """The guide's actions are replaced by random ones too."""
    random_hold: float = ranged(5.0, 1.0, 50.0)
    """Mean number of steps for which a random action is held: a jitter moves no object further than the tolerance."""
    least_noise: float = ranged(0.1, 0.0, 1.0)
    """Share of noise and random actions that is left when a stage is mastered; calm episodes have less."""
    calmest: float = ranged(1.0, 0.0, 1.0)
    """Each training episode draws its share of noise and random actions from between this and 1. What noise undoes,
    such as holding something, is learned from the calm ones."""
    calm_guide: bool = False
    """The calmer an episode, the less the learning stage interrupts the guide: what one step undoes, such as fingers
    that open around what they have put down, is done in calm ones to the end. For the guide learned, and a calmest
    of less than 1."""
    shared_mastery: bool = False
    """Noise and pressing fall for all stages that move alike objects with the best of them: who can move one can move
    the next. Practice falls with the best of them but the first, for whose success it counts itself."""
    mastery_threshold: float = ranged(0.8, 0.0, 1.0)
    """Success at which a stage counts as mastered and becomes the guide."""
    mastery_window: int = ranged(10, 1, 1000)
    """Episodes over which success is counted."""
    least_solo: float = ranged(0.1, 0.0, 1.0)
    """Least share of episodes that the last stage does alone; the share grows with its success."""
    practice_probability: float = ranged(0.0, 0.0, 1.0)
    """Share of the training episodes in which only the first object is to be moved, to a goal that the task has for
    practice, by its own stage; it falls with the success of the last stage, or with shared_mastery of any later move.
    They end when it is there, no guide presses in them, and neither least_solo nor the mastery of the last stage is
    about them."""
    end_when_lost: bool = True
    """End a training episode when an object is out of reach for good: what follows teaches nothing."""
    end_on_success: bool = False
    """End a training episode once every object is at its goal."""
    action_shape: str = choice("ball", "ball", "box")
    """Set of the actions drawn: ball, the groups of the task; box, every entry by itself."""

    def __post_init__(self) -> None:
        check(self)
        if self.calm_guide and self.calmest == 1.0:
            raise ValueError("calm_guide is True; allowed with a calmest of 1: False, no episode is calmer than others")
        best = self.mastery_window / (self.mastery_window + 1.0)
        if self.mastery_threshold > best:
            raise ValueError(
                f"mastery_threshold is {self.mastery_threshold}; allowed with a mastery_window of "
                f"{self.mastery_window}: up to {best:.2f}, what successes alone count for"
            )
