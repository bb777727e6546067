# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The cube in the drawer: where it begins and ends, and what the fingers are kept off."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.tasks.drawer import BAR_MIDDLE, FRONT, FRONT_MIDDLE, PAST_THE_WAY, STEM_WIDTH
from rher_agent.tasks.drawer_box import BAR, CHEST, CHEST_MIDDLE, CLOSED, TRAY, TRAY_MIDDLE, WAY, DrawerBoxTask
from rher_agent.tasks.stage_rules import StageRules

from tests.rher_agent.tasks.states import make_state

TASK = DrawerBoxTask()
STEP = TASK.step_length
OPEN = np.array(CLOSED) - (WAY[0], 0.0, 0.0)
CUBE = OPEN + TRAY_MIDDLE


def kept(tcp, action):
    """Return what is left of an action with the drawer open and the fingers shut."""
    return TASK.keep_inside(np.array(action), TASK.observe(make_state(TASK.body_names, (OPEN, CUBE), tcp=tcp)))


def test_the_cube_begins_in_the_shut_drawer_and_ends_on_the_chest():
    rng = np.random.default_rng(0)
    for _ in range(300):
        start = TASK.sample_start(rng)
        handle, cube = start.body_positions
        opened, onto = start.desired_goal
        np.testing.assert_array_equal(handle, CLOSED)
        inside = np.abs(cube - handle - TRAY_MIDDLE)[:2] + TASK.parameters.cube_size / 2.0
        assert (inside < np.array(TRAY[:2]) / 2.0).all()
        assert WAY[0] <= handle[0] - opened[0] <= WAY[1]
        assert (np.abs(onto - CHEST_MIDDLE)[:2] + TASK.parameters.cube_size / 2.0 < np.array(CHEST[:2]) / 2.0).all()
        assert onto[2] == pytest.approx(CHEST[2] + TASK.rest_height)


@pytest.mark.parametrize("goes_along", [True, False])
def test_the_drawer_is_open_where_the_cube_went_along(goes_along: bool):
    rules, way = StageRules(TASK), np.array((-WAY[0], 0.0, 0.0))
    shut = np.stack((CLOSED, np.array(CLOSED) + TRAY_MIDDLE))
    opened = shut + np.stack((way, way * goes_along))
    seen = TASK.observe(make_state(TASK.body_names, opened))[None]
    desired = np.stack((opened[0], CHEST_MIDDLE))
    goals = rules.goals(seen, shut[None], desired[None], np.array([1]))
    assert bool(rules.done(seen, goals)[0]) is goes_along


def test_fingers_go_down_into_drawer_and_gap_but_not_onto_bar_sides_or_chest():
    down = (0.0, 0.0, -1.0, 0.0)
    above = {
        "drawer": CUBE,
        "gap": OPEN,
        "bar": OPEN + BAR_MIDDLE,
        "side": CUBE + np.array((0.0, TRAY[1] / 2.0, 0.0)),
        "back": CUBE + np.array((TRAY[0] / 2.0, 0.0, 0.0)),
    }
    for name, place in above.items():
        height = 0.09
        left = kept((*place[:2], height), down)[2]
        for _ in range(4):
            height += left * STEP
            left = kept((*place[:2], height), down)[2]
        assert bool(height < 0.04) is (name in ("drawer", "gap")), name
    assert kept((*CHEST_MIDDLE[:2], CHEST[2] + 0.03), down)[2] * STEP > -0.02


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize("opening", [0.0, TASK.parameters.stroke])
def test_fingers_in_the_gap_stop_before_what_holds_the_bar(side: float, opening: float):
    tcp, fingers = OPEN.copy(), 1.0 if opening else -1.0
    for _ in range(10):
        state = make_state(TASK.body_names, (OPEN, CUBE), tcp=tcp, gripper=opening)
        tcp = tcp + STEP * TASK.keep_inside(np.array((0.0, side, 0.0, fingers)), TASK.observe(state))[:3]
    outermost = abs(tcp[1]) + opening / 2.0 + TASK.parameters.tool_radius
    assert BAR[1] / 2.0 - STEM_WIDTH - 0.01 < outermost < BAR[1] / 2.0 - STEM_WIDTH


def test_fingers_that_open_stop_where_they_will_be_open():
    beside = CUBE + np.array((0.0, TRAY[1] / 2.0 - TASK.parameters.tool_radius - 0.008, 0.0))
    assert kept(beside, (0.0, 0.0, 0.0, -1.0))[1] == 0.0
    assert kept(beside, (0.0, 0.0, 0.0, 1.0))[1] < 0.0


def test_the_front_is_pulled_from_inside_but_not_against_its_end():
    behind = np.array((FRONT_MIDDLE[0] + FRONT[0] / 2.0 + TASK.parameters.tool_radius, 0.0, 0.0))
    left = {}
    for way in (WAY[0], WAY[1] + PAST_THE_WAY):
        handle = np.array(CLOSED) - (way, 0.0, 0.0)
        seen = make_state(TASK.body_names, (handle, handle + TRAY_MIDDLE), tcp=handle + behind)
        left[way] = TASK.keep_inside(np.array((-1.0, 0.0, 0.0, -1.0)), TASK.observe(seen))[0]
    assert left[WAY[0]] == -1.0
    assert left[WAY[1] + PAST_THE_WAY] > -0.05


def test_fingers_leave_the_gap_upwards():
    assert kept(OPEN, (0.0, 0.0, 1.0, 0.0))[2] == pytest.approx(1.0)
    deep = (OPEN[0] + BAR_MIDDLE[0] + 0.016, 0.0, 0.026)
    assert kept(deep, (0.0, 0.0, 1.0, 0.0))[2] == pytest.approx(1.0)
