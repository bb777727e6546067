# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What every world asks of an action before it acts."""

from __future__ import annotations

import numpy as np

from rher_agent.tasks.task import RelayTask
from rher_agent.worlds.state import Vector


def check_action(task: RelayTask, action: Vector) -> Vector:
    """Return an action as an array of shape (task.action_size,).

    Raises:
        ValueError: It is not finite or has another shape.
    """
    checked = np.asarray(action, dtype=np.float64)
    if checked.shape != (task.action_size,) or not np.isfinite(checked).all():
        raise ValueError(f"action is {checked}; allowed: {task.action_size} finite numbers")
    return checked
