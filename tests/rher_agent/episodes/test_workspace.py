# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_agent.episodes.readings import SeenObject
from rher_agent.episodes.settings import EpisodeSettings
from rher_agent.episodes.workspace import Whereabouts, Workspace
from rher_agent.tasks.push import PushParameters, PushTask

TASK = PushTask()
SPACE = Workspace(TASK, EpisodeSettings())
NOW = 100.0


def seen(dx=0.0, dy=0.0, **changes):
    position = np.array((0.5 + dx, dy, 0.025))
    return SeenObject(**{"captured": NOW - 0.1, "position": position, **changes})


@pytest.mark.parametrize(
    ("what", "where"),
    [
        (seen(), Whereabouts.INSIDE),
        (seen(0.149, -0.149), Whereabouts.INSIDE),
        (seen(0.152), Whereabouts.OUTSIDE),
        (seen(-0.16, 0.16), Whereabouts.OUTSIDE),
        (seen(0.20), Whereabouts.OUT_OF_REACH),
        (seen(0.0, 1.0), Whereabouts.OUT_OF_REACH),
        (None, Whereabouts.UNSEEN),
        (seen(tracked=False), Whereabouts.UNSEEN),
        (seen(captured=NOW - 0.6), Whereabouts.UNSEEN),
        (seen(age=0.45), Whereabouts.UNSEEN),
        (seen(math.nan), Whereabouts.UNSEEN),
    ],
)
def test_where_an_object_is(what, where):
    assert SPACE.whereabouts(what, NOW) is where


def test_a_wider_box_of_the_driver_reaches_behind_what_a_policy_can_push_out():
    p = TASK.parameters
    pushed_out = p.square / 2.0 + p.tcp_margin - p.tcp_brake + p.cube_size / 2.0 + p.tool_radius
    assert SPACE.whereabouts(seen(pushed_out), NOW) is Whereabouts.OUT_OF_REACH
    wider = Workspace(TASK, EpisodeSettings(reach=0.10))
    assert wider.whereabouts(seen(pushed_out), NOW) is Whereabouts.OUTSIDE


def test_the_edge_moves_where_an_episode_may_begin():
    assert Workspace(TASK, EpisodeSettings(edge=0.02)).whereabouts(seen(0.14), NOW) is Whereabouts.OUTSIDE
    assert Workspace(TASK, EpisodeSettings(edge=-0.04)).whereabouts(seen(0.18), NOW) is Whereabouts.INSIDE


def test_heights_count_from_the_table():
    high = Workspace(PushTask(PushParameters(table_height=0.3)), EpisodeSettings())
    assert high.tool_height == pytest.approx(0.325)
    assert high.travel_height == pytest.approx(0.41)
    assert high.park[2] == pytest.approx(0.5)


def test_the_tool_comes_down_behind_the_object_clear_of_its_corners():
    behind = SPACE.behind(np.array((0.66, 0.0)))
    assert behind == pytest.approx((0.66 + 0.025 * math.sqrt(2.0) + 0.0125 + 0.012, 0.0))


def test_settings_that_do_not_fit_the_square_are_refused():
    with pytest.raises(ValueError, match=r"inset is 0\.2 m; allowed: less than half the square, 0\.15 m"):
        Workspace(TASK, EpisodeSettings(inset=0.2))


@pytest.mark.parametrize("place", [(0.5, 0.0, 0.025), (0.35, -0.15, 0.025), (0.65, 0.15, 0.025), (0.5, 0.0, 0.049)])
def test_a_goal_in_the_square_is_served(place):
    assert SPACE.refuse_goal(np.array(place)) == ""


@pytest.mark.parametrize(("place", "told"), [((0.66, 0.0, 0.025), "[0.66, 0.0]"), ((0.5, -0.2, 0.025), "[0.5, -0.2]")])
def test_a_goal_outside_the_square_is_refused(place, told):
    allowed = "x 0.350 to 0.650 m, y -0.150 to 0.150 m"
    assert SPACE.refuse_goal(np.array(place)) == f"a goal at {told} m is outside the square; allowed: {allowed}"


@pytest.mark.parametrize(("height", "told"), [(0.1, "0.100"), (-0.001, "-0.001")])
def test_a_goal_off_the_table_is_refused(height, told):
    message = f"a goal at a height of {told} m is off the table; allowed: 0.000 to 0.050 m"
    assert SPACE.refuse_goal(np.array((0.5, 0.0, height))) == message
