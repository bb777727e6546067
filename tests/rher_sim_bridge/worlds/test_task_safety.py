# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The limits of the safety chain that belong to a task."""

from __future__ import annotations

import pytest
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.tasks.registry import make_task
from rher_agent.tasks.tabletop import BRAKING_BAND
from rher_sim_bridge.worlds.task_safety import task_safety


def test_the_arm_brakes_below_its_least_height_in_the_band_that_tasks_with_fingers_leave_it():
    task = make_task("stack")
    assert task.tcp_heights[0] - task_safety(task).workspace_lower[2] == pytest.approx(BRAKING_BAND)


def test_the_table_is_as_high_as_the_task_says():
    assert task_safety(PushTask(PushParameters(table_height=0.07))).table_height == 0.07
