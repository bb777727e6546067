# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The limits of the safety chain that belong to a task."""

from __future__ import annotations

from rher_agent.tasks.task import Task
from rher_robot_driver.safety.parameters import PERCEPTION_UNWATCHED, SafetyParameters

HEIGHT_BAND = 0.004
"""How far the commanded TCP may be above or below the heights of its task [m]."""
MARGIN = 0.003
"""Room beyond the commanded box for the measured TCP [m]; with the band less than the tip's way to the table."""
SPEED_SHARE = 0.96
"""Share of the hard speed limit that the task's v_max is: 0.24 m/s of 0.25 m/s."""


def task_safety(task: Task) -> SafetyParameters:
    """Return the limits for a task: its box in the plane, its heights with a thin band on both sides, its speed.

    The task's box is that of commands. Perception is not watched: lock-step waits for the objects of each state.
    """
    (lower, upper), (low, high) = task.tcp_box, task.tcp_heights
    beyond = HEIGHT_BAND + MARGIN
    return SafetyParameters(
        workspace_lower=(float(lower[0]) - MARGIN, float(lower[1]) - MARGIN, low - beyond),
        workspace_upper=(float(upper[0]) + MARGIN, float(upper[1]) + MARGIN, high + beyond),
        table_height=task.parameters.table_height,
        workspace_margin=MARGIN,
        max_linear_speed=task.parameters.v_max / SPEED_SHARE,
        speed_share=SPEED_SHARE,
        control_period=task.control_period,
        max_perception_age=PERCEPTION_UNWATCHED,
    )
