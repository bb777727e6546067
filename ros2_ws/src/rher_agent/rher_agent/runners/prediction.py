# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the TCP goes from here."""

from __future__ import annotations

import numpy as np

from rher_agent.tasks.task import Task
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step


def predicted_path(task: Task, step: Step, periods: int) -> Vector:
    """Return where the TCP is after each of some control periods if the last action is held, shape (periods, 3) [m].

    The arm does what it is asked, tcp <- tcp + control_period * twist(action), and the objects stand still. The task
    keeps the action inside its box at every step, so that the way ends at a face or goes on along it.
    """
    observation, layout = step.observation.copy(), task.layout
    path = np.empty((periods, 3))
    for place in path:
        velocity = task.twist(task.keep_inside(step.action, observation, step.age))[:3]
        observation[layout.tcp_position] += task.control_period * velocity
        observation[layout.vectors[0]] = velocity
        place[:] = observation[layout.tcp_position]
    return path
