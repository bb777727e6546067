# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Insert: the stand-in for the peg, and where the tool may go down."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.tasks.insert import DEPTH, GROUND, HOLE, INSIDE, MOUTH, WALL, InsertTask

from tests.rher_agent.tasks.states import make_state

TASK = InsertTask()
P = TASK.parameters
FOOT = np.array((0.45, 0.05, 0.0))
STEP = TASK.step_length


def seen(offset):
    """Return an observation with the TCP so far from the foot of the socket [m]."""
    return TASK.observe(make_state(TASK.body_names, (FOOT,), tcp=FOOT + offset))


def peg(offset):
    return seen(offset)[TASK.layout.object_positions[0]]


def kept(offset, action):
    return TASK.keep_inside(np.array(action), seen(offset))


@pytest.mark.parametrize("offset", [(0.1, 0.0, 0.1), (0.0, 0.0, MOUTH + 0.001), (INSIDE + 0.001, 0.0, 0.05)])
def test_outside_the_hole_its_mouth_stands_for_the_peg(offset):
    np.testing.assert_allclose(peg(offset), FOOT + np.array((0.0, 0.0, MOUTH)))


@pytest.mark.parametrize("offset", [(0.0, 0.0, MOUTH - 0.001), (0.006, -0.006, 0.04), (0.0, 0.0, GROUND)])
def test_inside_the_hole_the_peg_is_where_the_tcp_is(offset):
    np.testing.assert_allclose(peg(offset), FOOT + offset)


def test_the_goal_is_the_ground_of_the_hole_and_never_met_at_the_start():
    rng = np.random.default_rng(0)
    for _ in range(300):
        start = TASK.sample_start(rng)
        np.testing.assert_allclose(start.desired_goal, start.body_positions + np.array((0.0, 0.0, GROUND)))
        assert np.abs(start.body_positions[0, :2] - P.center).max() <= P.square / 2.0
    assert TASK.stages[-1].tolerance < MOUTH - GROUND


def test_the_tool_goes_down_over_the_hole_and_not_over_its_rim():
    over = MOUTH + 0.010
    assert kept((0.0, 0.0, over), (0.0, 0.0, -1.0))[2] == pytest.approx(-1.0)
    rim = kept((HOLE + WALL / 2.0, 0.0, over), (0.0, 0.0, -1.0))[2] * STEP
    assert -0.010 <= rim <= -0.008


def test_beside_the_socket_the_tool_goes_down_but_not_into_its_side():
    beside = HOLE + WALL + P.tool_radius + 0.012
    assert kept((beside, 0.0, DEPTH / 2.0), (0.0, 0.0, -0.2))[2] == pytest.approx(-0.2)
    assert -0.012 <= kept((beside, 0.0, DEPTH / 2.0), (-1.0, 0.0, 0.0))[0] * STEP <= -0.010


def test_in_the_hole_the_peg_is_kept_off_its_walls_and_goes_up_and_down():
    play = HOLE - P.tool_radius
    across = kept((0.0, 0.0, DEPTH / 2.0), (1.0, 0.0, 0.0))[0] * STEP
    assert 0.0 < across < play
    assert kept((0.0, 0.0, DEPTH / 2.0), (0.0, 0.0, 1.0))[2] == 1.0


def test_all_slices_are_disjoint_and_the_mouth_is_told_last():
    layout = TASK.layout
    parts = (layout.tcp_position, *layout.object_positions, *layout.vectors, *layout.axial_vectors, *layout.yaws)
    told = np.concatenate([np.arange(part.start, part.stop) for part in (*parts, layout.scalars)])
    assert sorted(told) == list(range(layout.size))
    assert layout.vectors[-1] == slice(layout.size - 3, layout.size)
    np.testing.assert_allclose(seen((0.0, 0.0, 0.1))[layout.vectors[-1]], (0.0, 0.0, MOUTH - 0.1))
