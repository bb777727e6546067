# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is done when nothing was seen of an object for long: the tool goes back the way it came.

It hides the object, or has pushed it on unseen, and nobody knows which. The way it came was free when it came: going
back leads away from whatever lies before the tool, to where the object was seen from. Only a tool that circled round an
object and pushed it across its own way would touch it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.task import RelayTask
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step

POINTS = 8
"""Of the way in the length of a step, among which the one nearest to the tool is looked for."""
AHEAD = 2
"""How far on along the way the tool is looked for [step]."""


def way_back(task: RelayTask, steps: Sequence[Step]) -> Vector | None:
    """Return the action that goes on back, in the unit ball, shape (task.action_size,); None where all was seen lately.

    Args:
        task: Whose look_age tells what lately is.
        steps: Of an episode so far, the reset first.
    """
    turned = len(steps)
    while turned > 0 and steps[turned - 1].age > task.look_age:
        turned -= 1
    if turned == len(steps):
        return None
    places = np.array([step.observation[task.layout.tcp_position] for step in steps])
    way = _Way(places[turned::-1])
    gone = 0.0
    for place in places[turned + 1 :]:
        gone = way.nearest(place, gone, task.step_length)
    action = np.zeros(task.action_size)
    moving = task.action_groups[0]
    ahead = (way.at(gone + task.step_length) - places[-1])[: moving.stop - moving.start] / task.step_length
    action[moving] = ahead / max(1.0, float(np.linalg.norm(ahead)))
    return action


class _Way:
    """Straight from each place to the next.

    Args:
        places: Positions [m], shape (n, 3).
    """

    def __init__(self, places: NDArray[np.float64]) -> None:
        self._places = places
        self._arcs = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))))

    def at(self, arc: NDArray[np.float64] | float) -> Vector:
        """Return the places so far along the way [m], shape (..., 3); its end is never passed."""
        return np.stack([np.interp(arc, self._arcs, self._places[:, axis]) for axis in range(3)], axis=-1)

    def nearest(self, place: Vector, gone: float, step_length: float) -> float:
        """Return how far along the way a place is, not behind `gone` and little ahead of it [m].

        The farthest of several that are as near: where the way turns back on itself the tool need not follow.
        """
        arcs = gone + step_length * np.arange(AHEAD * POINTS + 1) / POINTS
        distances = np.linalg.norm(self.at(arcs) - place, axis=-1)
        return float(arcs[np.flatnonzero(distances <= distances.min() + step_length / POINTS)[-1]])
