# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The drawer: its goals, and what the finger may press against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rher_agent.tasks.drawer import BAR, BAR_MIDDLE, CLOSED, PAST_THE_WAY, STEM_WIDTH, WAY, DrawerTask
from rher_agent.tasks.registry import make_task
from rher_agent.tasks.tabletop import TIP

from tests.rher_agent.tasks.states import make_state

TASK = DrawerTask()
P = TASK.parameters
OPEN = tuple(np.array(CLOSED) - (0.1, 0.0, 0.0))
STEP = TASK.step_length


def kept(offset, action, handle=CLOSED):
    """Return what is left of an action where the TCP is so far from the middle of the gap [m]."""
    seen = TASK.observe(make_state(TASK.body_names, (handle,), tcp=np.array(handle) + offset))
    return TASK.keep_inside(np.array(action), seen)


def test_goals_pull_it_out_by_as_much_as_is_published():
    rng = np.random.default_rng(0)
    ways = [CLOSED[0] - TASK.sample_start(rng).desired_goal[0, 0] for _ in range(500)]
    assert WAY[0] <= min(ways) < WAY[0] + 0.01
    assert WAY[1] - 0.01 < max(ways) <= WAY[1]


def test_fingers_are_shut_for_good():
    assert np.isnan(TASK.gripper(np.zeros(3)))
    np.testing.assert_allclose(TASK.action(TASK.twist(np.array((0.3, 0.2, -0.1))), np.nan), (0.3, 0.2, -0.1))


def test_the_bar_may_be_pulled_from_the_gap_but_not_pushed_from_outside():
    assert kept((0.0, 0.0, 0.0), (-1.0, 0.0, 0.0))[0] == -1.0
    outside = BAR_MIDDLE[0] - BAR[0] / 2.0 - P.tool_radius - 0.015
    left = kept((outside, 0.0, 0.0), (1.0, 0.0, 0.0))[0]
    assert 0.0 < left * STEP < 0.015


def test_the_finger_does_not_come_down_onto_the_bar():
    height = BAR[2] / 2.0 + TIP + 0.015
    left = kept((BAR_MIDDLE[0], 0.0, height), (0.0, 0.0, -1.0))[2]
    assert -0.015 < left * STEP < 0.0
    assert kept((0.0, 0.0, height), (0.0, 0.0, -1.0))[2] == -1.0, "into the gap it does"


@pytest.mark.parametrize(("handle", "pressed"), [(CLOSED, False), (OPEN, True)])
def test_the_front_is_pushed_only_where_the_drawer_is_open(handle, pressed):
    assert bool(kept((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), handle)[0] == 1.0) is pressed


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize("forward", [-0.8, 0.0, 0.8])
def test_a_finger_in_the_gap_stops_before_what_holds_the_bar_while_it_pulls_and_pushes_too(side: float, forward: float):
    offset = np.zeros(3)
    for _ in range(10):
        # The drawer goes along with the finger, which stays where it is between bar and front.
        offset[1] += STEP * kept(offset, (forward, 0.5 * side, 0.0), OPEN)[1]
    outermost = abs(offset[1]) + P.tool_radius
    assert BAR[1] / 2.0 - STEM_WIDTH - 0.01 < outermost < BAR[1] / 2.0 - STEM_WIDTH


def test_the_finger_does_not_come_down_onto_what_holds_the_bar():
    height = BAR[2] / 2.0 + TIP + 0.015
    left = kept((0.0, (BAR[1] - STEM_WIDTH) / 2.0, height), (0.0, 0.0, -1.0))[2]
    assert -0.015 < left * STEP < 0.0


def test_the_drawer_is_pulled_as_far_as_any_goal_but_not_against_its_end():
    handle = np.array(CLOSED)
    hooked = BAR_MIDDLE[0] + BAR[0] / 2.0 + P.tool_radius
    for _ in range(30):
        handle[0] += STEP * kept((hooked, 0.0, 0.0), (-1.0, 0.0, 0.0), handle)[0]
    assert WAY[1] < CLOSED[0] - handle[0] < WAY[1] + PAST_THE_WAY


def test_a_drawer_is_never_lost_and_tells_apart_what_is_met_to_the_letter():
    seen = TASK.observe(make_state(TASK.body_names, (OPEN,)))
    assert not TASK.are_lost(seen[None]).any()
    assert TASK.is_strict_success(seen, np.array((OPEN,)) + np.array((0.009, 0.0, 0.0)))
    assert not TASK.is_strict_success(seen, np.array((OPEN,)) + np.array((0.011, 0.0, 0.0)))


@pytest.mark.parametrize("name", ["drawer", "drawer_box"])
@pytest.mark.parametrize(
    ("given", "message"), [({"center": (0.5, 0.2)}, "center is"), ({"table_height": 0.1}, "table")]
)
def test_the_table_does_not_move_under_a_drawer(name: str, given: dict, message: str):
    parameters = replace(make_task(name).parameters, **given)
    with pytest.raises(ValueError, match=f"{message}.*; allowed with a drawer"):
        make_task(name, parameters)
