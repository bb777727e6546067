# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The wall of obstacle_push: where it stands, how it is seen, and that the tool is kept off it."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rher_agent.tasks.obstacle_push import WALL_CLEARANCE, WALL_SIZE, ObstaclePushTask

from tests.rher_agent.tasks.states import make_state

TASK = ObstaclePushTask()
P = TASK.parameters
HEIGHT = TASK.tool_height
WALL = (0.5, 0.0, WALL_SIZE[2] / 2.0)
CUBE = (0.62, 0.12, HEIGHT)


def observe(tcp, yaw=0.0, velocity=(0.0, 0.0, 0.0)):
    return TASK.observe(make_state(TASK.body_names, (CUBE, WALL), tcp=tcp, yaws=[0.0, yaw], velocity=velocity))


def test_the_wall_bars_the_way_and_no_goal_lies_in_it():
    rng = np.random.default_rng(0)
    for _ in range(300):
        start = TASK.sample_start(rng)
        tcp, (cube, wall), (goal,) = start.tcp_position, start.body_positions, start.desired_goal
        np.testing.assert_allclose(wall[:2], (tcp + cube)[:2] / 2.0)
        across = (math.cos(start.body_yaws[1]), math.sin(start.body_yaws[1]))
        way = (cube - tcp)[:2] / np.linalg.norm((cube - tcp)[:2])
        assert abs(way @ across) > 1.0 - 1e-9
        assert np.linalg.norm(tcp - wall) > WALL_SIZE[0] / 2.0 + P.tool_radius
        assert np.linalg.norm((goal - wall)[:2]) >= WALL_CLEARANCE


def test_all_slices_are_disjoint_and_fill_the_observation():
    layout = TASK.layout
    parts = (layout.tcp_position, *layout.object_positions, *layout.vectors, *layout.yaws)
    assert sorted(np.concatenate([np.arange(part.start, part.stop) for part in parts])) == list(range(layout.size))


def test_the_wall_is_seen_from_the_tcp_and_half_a_turn_makes_no_difference():
    seen, turned = observe((0.45, 0.02, HEIGHT), 0.3), observe((0.45, 0.02, HEIGHT), 0.3 + math.pi)
    np.testing.assert_allclose(seen[TASK.layout.vectors[-1]], (0.05, -0.02, 0.0), atol=1e-12)
    np.testing.assert_allclose(seen, turned, atol=1e-12)


@given(
    st.floats(-math.pi, math.pi),
    st.tuples(st.floats(-0.08, 0.08), st.floats(-0.08, 0.08)),
    st.floats(-math.pi, math.pi),
)
def test_no_action_leads_the_tool_at_rest_into_the_wall(yaw, place, heading):
    """In the frame of the wall the tool stays outside, or gets no deeper in than it is."""
    turn = np.array(((math.cos(yaw), -math.sin(yaw)), (math.sin(yaw), math.cos(yaw))))
    tcp = np.array(WALL[:2]) + turn @ np.array(place)
    kept = TASK.keep_inside(np.array((math.cos(heading), math.sin(heading))), observe((*tcp, HEIGHT), yaw))
    end = np.array(place) + turn.T @ kept * TASK.step_length
    half = np.array(WALL_SIZE[:2]) / 2.0 + P.tool_radius
    depth_before, depth_after = (half - np.abs(place)).min(), (half - np.abs(end)).min()
    assert depth_after <= max(0.0, depth_before) + 1e-9
    assert np.linalg.norm(kept) <= 1.0 + 1e-9


def test_a_tool_on_its_way_is_stopped_earlier_than_one_at_rest():
    action, gap = np.array((1.0, 0.0)), 0.03
    tcp = (WALL[0] - WALL_SIZE[0] / 2.0 - P.tool_radius - gap, 0.0, HEIGHT)
    at_rest, moving = (
        TASK.keep_inside(action, observe(tcp)),
        TASK.keep_inside(action, observe(tcp, velocity=(0.2, 0, 0))),
    )
    assert at_rest[0] == 1.0
    assert 0.0 < moving[0] < 0.6


def test_goals_for_a_wall_that_stands_already_are_clear_of_it():
    rng = np.random.default_rng(0)
    goals = [TASK.sample_goal(rng, np.array((CUBE, WALL))) for _ in range(100)]
    assert {goal.shape for goal in goals} == {(1, 3)}
    assert min(np.linalg.norm(goal[0, :2] - WALL[:2]) for goal in goals) >= WALL_CLEARANCE
