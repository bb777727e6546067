# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The one way from the state of a world to a Step, so that every world gives the learner the same bits."""

from __future__ import annotations

import math

import numpy as np

from rher_agent.tasks.task import Task
from rher_agent.worlds.state import Vector, WorldState
from rher_agent.worlds.world import Step


def build_step(
    task: Task,
    state: WorldState,
    desired_goal: Vector,
    episode: int,
    step: int,
    *,
    gripper: float = math.nan,
    clipped: bool = False,
    stopped: bool = False,
    reason: str = "",
) -> Step:
    """Turn the state at the end of a period into what the training loop sees.

    Args:
        task: Encodes the state and maps the executed twist back to an action.
        state: At the end of the period, or at the start of the episode when step is 0.
        desired_goal: Desired position of every object [m] in base_link, shape (objects, 3).
        episode: Number of the episode.
        step: 0 after a reset, then one more per action.
        gripper: Opening that was asked of the gripper in this step [m].
        clipped: Whether a limit changed the motion asked for.
        stopped: Whether the motion was stopped.
        reason: Which limit or stop.

    Returns:
        The step, truncated when it is the last of the episode. One in which an object is not tracked counts as stopped:
        where the object is, is not known.
    """
    unseen = [item.name for item in state.objects if not item.tracked]
    if unseen:
        reason = "; ".join((*filter(None, (reason,)), f"{', '.join(unseen)} is not tracked"))
        stopped = True
    return Step(
        episode=episode,
        step=step,
        observation=task.observe(state),
        desired_goal=np.array(desired_goal, dtype=np.float64),
        action=task.action(state.executed_twist, gripper),
        clipped=clipped,
        stopped=stopped,
        truncated=stopped or step >= task.horizon,
        age=state.age,
        stamp_ns=state.stamp_ns,
        reason=reason,
    )
