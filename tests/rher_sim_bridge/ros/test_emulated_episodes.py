# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest
from geometry_msgs.msg import Point
from rher_agent.tasks.push import PushTask
from rher_interfaces.msg import Episode
from rher_interfaces.srv import Reset
from rher_sim_bridge.ros.emulated_episodes import EmulatedEpisodes

TASK = PushTask()
CENTER = np.array((*TASK.parameters.center, TASK.tool_height))
FAR_AWAY = np.array((2.0, 2.0, 0.3))


@pytest.fixture
def episodes():
    return EmulatedEpisodes(TASK)


def request(number=1, seed=5, goal=(), caller=7):
    return Reset.Request(
        caller=caller,
        episode=number,
        task="push",
        use_seed=seed is not None,
        seed=seed or 0,
        goal=[Point(x=x, y=y, z=z) for x, y, z in goal],
    )


def begun(number=1):
    return Episode(episode=number, task="push", seed=5)


def test_the_same_seed_draws_the_same_episode(episodes):
    episodes.answer(request(seed=3))
    place, yaw, goal = episodes.draw(FAR_AWAY)
    other = EmulatedEpisodes(TASK)
    other.answer(request(number=9, seed=3))
    place_again, yaw_again, goal_again = other.draw(FAR_AWAY)
    assert np.array_equal(place, place_again)
    assert np.array_equal(goal, goal_again)
    assert yaw == yaw_again


def test_without_a_seed_every_draw_is_another_one(episodes):
    episodes.answer(request(seed=None))
    assert not np.array_equal(episodes.draw(FAR_AWAY)[0], episodes.draw(FAR_AWAY)[0])


@pytest.mark.parametrize("seed", range(20))
def test_the_object_lies_clear_of_the_arm_and_of_the_goal(episodes, seed):
    episodes.answer(request(seed=seed))
    place, _, goal = episodes.draw(CENTER)
    parameters = TASK.parameters
    assert np.linalg.norm(place[:2] - CENTER[:2]) >= parameters.tcp_clearance
    assert np.linalg.norm(goal[0, :2] - place[:2]) >= parameters.goal_clearance
    assert np.abs(place[:2] - CENTER[:2]).max() <= parameters.square / 2.0


def test_a_goal_that_is_asked_for_is_taken(episodes):
    episodes.answer(request(goal=[(0.55, 0.1, 0.025)]))
    assert episodes.draw(FAR_AWAY)[2].tolist() == [[0.55, 0.1, 0.025]]


def test_nothing_is_drawn_when_nothing_is_wanted(episodes):
    with pytest.raises(RuntimeError, match="no episode is wanted"):
        episodes.draw(FAR_AWAY)
    episodes.answer(request())
    episodes.begin(begun())
    with pytest.raises(RuntimeError, match="no episode is wanted"):
        episodes.draw(FAR_AWAY)
