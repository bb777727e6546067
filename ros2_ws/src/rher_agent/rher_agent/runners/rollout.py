# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One episode in any world."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rher_agent.storage.episode import Episode
from rher_agent.tasks.task import RelayTask
from rher_agent.worlds.state import NS_PER_S, Vector
from rher_agent.worlds.world import Step, World

GREATEST_AGE = 0.5
"""Age of what was seen beyond which a step is not learned from and no success [s]: an object that has been hidden for
longer is only supposed to lie where it was, and jumps when it shows again."""
LAST_STEPS = 5
"""Steps before the end of an episode in which making way begins at LAST_AGE: how it ends must be seen to be judged."""
LAST_AGE = 0.2
"""Two pictures of a camera that gives 15 a second, and what they are late [s]."""
SHORTENED = 1e-9
"""An action that changed by less, rounding, was not shortened."""


@dataclass(frozen=True, eq=False)
class Rollout:
    """All steps of an episode, the reset first."""

    steps: tuple[Step, ...]
    actions: tuple[Vector, ...]
    """What is learned as the action of each step: what was executed, or what was asked; see learns_asked of a task."""
    shortened_steps: int
    """Steps whose action the task itself changed: to stay inside the box of the TCP, or to make way for the camera."""

    @property
    def episode(self) -> Episode:
        """The trajectory as it is stored."""
        return Episode(
            observations=np.array([step.observation for step in self.steps]),
            actions=np.array(self.actions),
            desired_goal=self.steps[0].desired_goal,
            usable=np.array(
                [not step.stopped and is_seen(before) and is_seen(step) for before, step in pairwise(self.steps)]
            ),
        )

    @property
    def clipped_steps(self) -> int:
        """Steps whose motion a safety limit changed."""
        return sum(step.clipped for step in self.steps)

    @property
    def age_mean(self) -> float:
        """Mean age of what was seen in the steps that were acted on [s]."""
        return float(np.mean([step.age for step in self.steps[:-1] or self.steps]))

    @property
    def step_duration(self) -> float:
        """Mean duration of a step [s]; NaN where the world tells no time.

        Without the first, which begins when the reset is answered. By what it is longer than the control period an
        action is late, as seen from what it was decided on.
        """
        first, last = self.steps[min(1, len(self.steps) - 1)], self.steps[-1]
        if last.stamp_ns == 0 or last.step == first.step:
            return math.nan
        return (last.stamp_ns - first.stamp_ns) / NS_PER_S / (last.step - first.step)

    @property
    def stopped(self) -> bool:
        """Whether a stop ended the episode."""
        return self.steps[-1].stopped


def is_seen(step: Step) -> bool:
    """Tell whether the objects were seen lately, so that what a step says of them can be relied upon."""
    return step.age <= GREATEST_AGE


def must_look(step: Step, task: RelayTask) -> bool:
    """Tell whether the tool has to make way for the camera, for a task that does so at all."""
    if math.isinf(task.look_age):
        return False
    is_near_the_end = task.horizon - step.step <= LAST_STEPS
    return step.age > (min(LAST_AGE, task.look_age) if is_near_the_end else task.look_age)


def last_seen(steps: Sequence[Step]) -> Step:
    """Return the last of an episode's steps at which everything had just been seen, the first where nothing was.

    While something is not seen, the age of what was seen grows from step to step.
    """
    index = len(steps) - 1
    while index > 0 and steps[index - 1].age < steps[index].age:
        index -= 1
    return steps[index]


def rollout(
    world: World,
    act: Callable[[Step], Vector],
    *,
    seed: int | None = None,
    goal: Vector | None = None,
    until: Callable[[Step], bool] = lambda step: False,
) -> Rollout:
    """Reset the world and act until the episode is over.

    Args:
        world: Where to act.
        act: Maps what was seen to an action (task.action_size,) of the unit ball.
        seed: Passed to the reset.
        goal: Passed to the reset.
        until: Ends the episode early, asked after every step.

    Raises:
        WorldError: The world refused, failed or did not answer.
    """
    steps = [world.reset(seed=seed, goal=goal)]
    actions: list[Vector] = []
    shortened = 0
    while not steps[-1].truncated and not (len(steps) > 1 and until(steps[-1])):
        asked = act(steps[-1])
        if must_look(steps[-1], world.task):
            action = world.task.clear_view(last_seen(steps).observation, steps[-1].observation)
        else:
            action = world.task.keep_inside(asked, steps[-1].observation, steps[-1].age)
        shortened += bool(np.abs(action - asked).max() > SHORTENED)
        step = world.step(action)
        steps.append(step)
        actions.append(asked if world.task.learns_asked and not step.clipped else step.action)
    return Rollout(tuple(steps), tuple(actions), shortened)
