# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_agent.episodes.paths import RISEN, Paths
from rher_agent.episodes.settings import EpisodeSettings
from rher_agent.episodes.workspace import Workspace
from rher_agent.tasks.push import PushTask

TASK = PushTask()
SETTINGS = EpisodeSettings()
SPACE = Workspace(TASK, SETTINGS)
PATHS = Paths(SPACE, SETTINGS, TASK.parameters.v_max)
LOW = np.array((0.45, 0.10, 0.025))
TIP_BELOW_TCP = 0.017
"""Of the emulated gripper [m]."""


def test_the_arm_rises_before_it_crosses_and_comes_down_only_at_the_end():
    legs = PATHS.to_start(LOW, np.array((0.55, -0.1)))
    assert [leg.target.tolist() for leg in legs] == [
        pytest.approx((0.45, 0.10, 0.11)),
        pytest.approx((0.55, -0.1, 0.11)),
        pytest.approx((0.55, -0.1, 0.025)),
    ]
    assert SPACE.travel_height - RISEN - TIP_BELOW_TCP > TASK.parameters.cube_size


def test_a_parked_arm_does_not_rise():
    assert PATHS.rise(SPACE.park)[0].target == pytest.approx(SPACE.park)


def test_the_arm_is_parked_raised():
    assert PATHS.to_park(LOW)[-1].target == pytest.approx((0.35, 0.0, 0.20))


def test_an_object_is_pushed_straight_inwards_until_it_is_well_inside():
    place = np.array((0.5, 0.17, 0.025))
    legs = PATHS.recovery_push(LOW, place)
    behind, end = (leg.target for leg in legs[2:4])
    assert behind == pytest.approx((0.5, 0.17 + SPACE.clear, 0.025))
    assert end[1] - SPACE.contact == pytest.approx(0.15 - SETTINGS.inset)
    assert end[[0, 2]] == pytest.approx((0.5, 0.025))
    assert legs[3].speed == SETTINGS.push_speed


def test_after_a_push_the_tool_stands_behind_the_object_where_an_episode_can_begin():
    legs = PATHS.recovery_push(LOW, np.array((0.5, 0.17, 0.025)))
    object_end = np.array((0.5, 0.15 - SETTINGS.inset))
    assert np.linalg.norm(legs[-1].target[:2] - object_end) >= TASK.parameters.tcp_clearance + legs[-1].tolerance
    assert legs[-1].target[2] == pytest.approx(TASK.tool_height)
    assert legs[-1].target[1] > object_end[1]


def test_a_dry_run_is_as_slow_as_the_task():
    slow = Paths(SPACE, SETTINGS, 0.048)
    assert {leg.speed for leg in slow.recovery_push(LOW, np.array((0.5, 0.17)))} == {0.048}


@given(
    st.tuples(*[st.floats(-2.0, 2.0)] * 3).map(np.array),
    st.floats(0.151, 1.0),
    st.floats(-math.pi, math.pi),
)
def test_no_target_lies_outside_the_box_wherever_arm_and_object_are(tcp, out, bearing):
    direction = np.array((math.cos(bearing), math.sin(bearing)))
    place = SPACE.center + out * direction / np.abs(direction).max()
    for legs in (PATHS.recovery_push(tcp, place), PATHS.to_start(tcp, place), PATHS.to_park(tcp)):
        for leg in legs:
            assert (leg.target >= SPACE.lower).all() and (leg.target <= SPACE.upper).all()
