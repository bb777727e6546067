# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The shape of the set of actions: groups of entries, each a vector of the unit ball.

One group of three is a ball, in which no direction is preferred; three groups of one are a box.
"""

from __future__ import annotations

import numpy as np

from rher_agent.tasks.task import RelayTask
from rher_agent.worlds.state import Vector

Groups = tuple[slice, ...]
SHAPES = ("ball", "box")
"""Ball: the groups of the task. Box: every entry by itself."""
LEAST_NORM = 1e-6
"""Below it an action has no direction."""


def action_groups(task: RelayTask, shape: str) -> Groups:
    """Return the groups of a task's actions in a shape.

    Raises:
        ValueError: There is no such shape.
    """
    if shape not in SHAPES:
        raise ValueError(f"shape is '{shape}'; allowed: {', '.join(SHAPES)}")
    return task.action_groups if shape == "ball" else tuple(slice(i, i + 1) for i in range(task.action_size))


def shorten(action: Vector, groups: Groups) -> Vector:
    """Return an action (action_size,) with every group shortened to norm 1 where it is longer."""
    short = np.array(action)
    for group in groups:
        short[group] /= max(1.0, float(np.linalg.norm(short[group])))
    return short


def random_action(groups: Groups, rng: np.random.Generator) -> Vector:
    """Draw every group uniformly from its unit ball; shape (action_size,)."""
    action = np.zeros(groups[-1].stop)
    for group in groups:
        size = group.stop - group.start
        direction = rng.normal(size=size)
        radius = rng.random() ** (1.0 / size)
        action[group] = radius * direction / np.linalg.norm(direction)
    return action
