# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import math

import pytest
from geometry_msgs.msg import Point
from rher_agent.ros.reset_requests import ResetRequests
from rher_agent.tasks.push import PushTask
from rher_interfaces.msg import Episode
from rher_interfaces.srv import Reset


@pytest.fixture
def requests():
    return ResetRequests(PushTask())


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


def test_a_request_is_accepted_at_once_and_ready_when_it_has_begun(requests):
    first = requests.answer(request())
    assert (first.accepted, first.ready, first.start.episode) == (True, False, 1)
    assert requests.wanted == request()
    requests.begin(begun())
    assert requests.wanted is None
    again = requests.answer(request())
    assert (again.accepted, again.ready) == (True, True)
    assert again.start == begun()


def test_a_repeat_while_it_is_prepared_begins_nothing_anew(requests):
    requests.answer(request())
    assert not requests.answer(request()).ready
    requests.begin(begun())
    assert requests.answer(request()).ready


@pytest.mark.parametrize("other", [request(number=2), request(seed=6), request(goal=[(0.5, 0.0, 0.025)])])
def test_another_request_takes_the_place_of_the_one_before(requests, other):
    requests.answer(request())
    requests.begin(begun())
    assert not requests.answer(other).ready
    assert requests.wanted == other


def test_the_same_request_of_another_caller_is_another_episode(requests):
    requests.answer(request())
    requests.begin(begun())
    assert not requests.answer(request(caller=8)).ready


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (request(goal=[(0.5, 0.0, 0.0)] * 2), "goal has 2 positions; allowed: 1, or none"),
        (request(goal=[(0.5, math.nan, 0.0)]), "not finite"),
        (request(seed=-1), "seed is -1; allowed: 0 or more"),
        (Reset.Request(task="pick", episode=3), "task is 'pick'; allowed: push"),
    ],
)
def test_a_wrong_request_is_refused_and_leaves_the_episode_as_it_is(requests, wrong, message):
    requests.answer(request())
    requests.begin(begun())
    answer = requests.answer(wrong)
    assert not answer.accepted
    assert message in answer.message
    assert answer.start.episode == wrong.episode
    assert requests.answer(request()).ready


def test_a_goal_that_the_table_does_not_have_is_refused_and_the_episode_before_stays():
    requests = ResetRequests(PushTask(), lambda place: "too far" if place[0] > 0.65 else "")
    requests.answer(request())
    answer = requests.answer(request(number=2, goal=[(0.7, 0.0, 0.025)]))
    assert (answer.accepted, answer.message) == (False, "too far")
    assert requests.wanted == request()
    assert requests.answer(request(number=2, goal=[(0.6, 0.0, 0.025)])).accepted
