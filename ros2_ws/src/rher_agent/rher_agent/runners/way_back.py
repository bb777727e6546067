# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is done when nothing was seen of an object for long: the tool goes back the way it came.

It hides the object, or has pushed it on unseen, and nobody knows which. The way it came is free whatever happened, so
that going back pushes nothing, and leads to where the object was seen from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rher_agent.tasks.task import RelayTask
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step


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
    came = places[turned::-1]
    arcs = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(came, axis=0), axis=1))))
    along = (len(steps) - turned) * task.step_length
    target = np.array([np.interp(along, arcs, came[:, axis]) for axis in range(places.shape[1])])
    action = np.zeros(task.action_size)
    moving = task.action_groups[0]
    way = (target - places[-1])[: moving.stop - moving.start] / task.step_length
    action[moving] = way / max(1.0, float(np.linalg.norm(way)))
    return action
