# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The limits of the safety chain that belong to a push task."""

from __future__ import annotations

from rher_agent.tasks.push import PushTask
from rher_robot_driver.safety.parameters import SafetyParameters

HEIGHT_BAND = 0.005
"""How far the TCP may be above or below the height at which it pushes [m]; the tip stays clear of the table."""
TABLE_HEIGHT = 0.0
"""Of the table's top in base_link [m]."""


def push_safety(task: PushTask) -> SafetyParameters:
    """Return the limits for a push task: its box in the plane, a thin band of heights, its speed."""
    lower, upper = task.tcp_box
    height = task.tool_height
    return SafetyParameters(
        workspace_lower=(float(lower[0]), float(lower[1]), height - HEIGHT_BAND),
        workspace_upper=(float(upper[0]), float(upper[1]), height + HEIGHT_BAND),
        table_height=TABLE_HEIGHT,
        max_linear_speed=task.parameters.v_max,
        control_period=task.control_period,
    )
