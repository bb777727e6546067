# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tasks are made by name."""

from __future__ import annotations

import pytest
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.tasks.registry import gym_task_names, make_gym_task, make_relay_task, make_task, task_names


def test_every_task_is_made_under_its_own_name():
    assert "push" in task_names()
    assert [make_task(name).name for name in task_names()] == list(task_names())


def test_push_has_its_published_defaults():
    assert make_task("push") == PushTask()


def test_an_unknown_task_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"^unknown task 'juggle'; allowed: .*push"):
        make_task("juggle")


def test_every_gym_task_is_made_under_its_own_name_and_is_known_to_the_learner():
    assert set(gym_task_names()) == {"fetch_reach", "fetch_push", "fetch_pick_and_place", "fetch_slide"}
    for name in gym_task_names():
        assert make_gym_task(name).name == make_relay_task(name).name == name
    assert make_relay_task("push") == PushTask()


def test_an_arm_does_no_gym_task():
    with pytest.raises(ValueError, match=r"^unknown task 'fetch_push'; allowed: double_push, drawer"):
        make_task("fetch_push")


def test_a_task_is_made_with_parameters_of_its_own():
    parameters = PushParameters(center=(0.4, 0.1))
    assert make_task("push", parameters) == PushTask(parameters)
