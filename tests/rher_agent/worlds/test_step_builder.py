# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From states to steps."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from rher_agent.tasks.push import PushTask
from rher_agent.worlds.state import ObjectState, WorldState
from rher_agent.worlds.step_builder import build_step

CUBE = ObjectState("cube", np.array([0.4, 0.1, 0.025]), np.array([1.0, 0.0, 0.0, 0.0]), np.zeros(3), np.zeros(3))
STATE = WorldState(
    stamp_ns=100,
    tcp_position=np.array([0.5, 0.0, 0.025]),
    tcp_orientation=np.array([0.0, 1.0, 0.0, 0.0]),
    tcp_twist=np.zeros(6),
    gripper=0.0,
    wrench=np.zeros(6),
    executed_twist=np.array([0.125, -0.25, 0.0, 0.0, 0.0, 0.0]),
    objects=(CUBE,),
    objects_stamp_ns=100,
)
GOAL = np.array([[0.5, 0.1, 0.025]])


def test_observation_and_action_are_the_tasks() -> None:
    task = PushTask()
    step = build_step(task, STATE, GOAL, 3, 7, clipped=True, reason="box")
    np.testing.assert_array_equal(step.observation, task.observe(STATE))
    np.testing.assert_array_equal(step.action, task.action(STATE.executed_twist, math.nan))
    assert (step.episode, step.step, step.clipped, step.stopped, step.reason) == (3, 7, True, False, "box")
    assert not step.truncated


def test_the_horizon_truncates_and_so_does_a_stop() -> None:
    task = PushTask()
    assert not build_step(task, STATE, GOAL, 0, task.horizon - 1).truncated
    assert build_step(task, STATE, GOAL, 0, task.horizon).truncated
    assert build_step(task, STATE, GOAL, 0, 1, stopped=True, reason="force").truncated


def test_the_age_is_that_of_the_oldest_thing_seen_and_counts_the_latency() -> None:
    state = replace(STATE, objects=(replace(CUBE, age=0.3),))
    assert build_step(PushTask(), state, GOAL, 0, 1).age == 0.3
    late = replace(state, stamp_ns=500_000_000, objects_stamp_ns=300_000_000)
    assert build_step(PushTask(), late, GOAL, 0, 1).age == pytest.approx(0.5)


def test_an_object_that_is_not_tracked_stops_the_episode() -> None:
    state = replace(STATE, objects=(replace(CUBE, tracked=False),))
    step = build_step(PushTask(), state, GOAL, 0, 1, reason="box")
    assert step.stopped and step.truncated
    assert step.reason == "box; cube is not tracked"


def test_the_goal_is_a_copy() -> None:
    goal = GOAL.copy()
    step = build_step(PushTask(), STATE, goal, 0, 1)
    goal[:] = 0.0
    np.testing.assert_array_equal(step.desired_goal, GOAL)
