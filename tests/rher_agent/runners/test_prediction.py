# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The way predicted, against arithmetic and against what a simulated arm does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rher_agent.runners.prediction import predicted_path
from rher_agent.tasks.pick_and_place import PickAndPlaceTask
from rher_agent.tasks.push import PushTask

PERIODS = 4
TCP = PushTask().layout.tcp_position


@pytest.fixture
def begun(world):
    """The first step of an episode, told to have moved forward and to the left."""
    return replace(world.reset(seed=1), action=np.array((0.6, 0.3)))


def test_in_the_open_the_tcp_goes_on_as_it_did(begun):
    task = PushTask()
    before = begun.observation.copy()
    path = predicted_path(task, begun, PERIODS)
    way = task.step_length * np.array((0.6, 0.3, 0.0))
    np.testing.assert_allclose(path, begun.observation[TCP] + np.arange(1, PERIODS + 1)[:, None] * way)
    assert np.array_equal(begun.observation, before)


def test_at_a_face_of_the_box_it_goes_on_along_it(begun):
    task = PushTask()
    _, (face, _) = task.tcp_box
    face -= task.parameters.tcp_brake
    begun.observation[TCP][0] = face - task.step_length
    path = predicted_path(task, begun, PERIODS)
    np.testing.assert_allclose(path[:, 0], face - task.step_length * np.array((0.4, 0.0, 0.0, 0.0)), atol=1e-12)
    assert path[-1, 1] == pytest.approx(begun.observation[TCP][1] + PERIODS * 0.3 * task.step_length)


def test_a_task_that_asks_how_fast_the_tcp_is_hears_how_fast_it_would_be(begun):
    heard = []

    class Noting(PushTask):
        def keep_inside(self, action, observation, age=0.0):
            heard.append(observation[self.layout.vectors[0]].copy())
            return super().keep_inside(action, observation, age)

    predicted_path(Noting(), begun, 3)
    np.testing.assert_array_equal(heard[0], begun.observation[PushTask().layout.vectors[0]])
    np.testing.assert_allclose(heard[1:], [PushTask().twist(begun.action)[:3]] * 2)


def test_it_comes_to_rest_on_the_floor_of_a_box_with_heights(begun):
    task = PickAndPlaceTask()
    observation = np.zeros(task.layout.size)
    low, _ = task.tcp_heights
    observation[task.layout.tcp_position] = (*task.parameters.center, low + 1.5 * task.step_length)
    down = replace(begun, observation=observation, action=np.array((0.0, 0.0, -1.0, 0.0)))
    path = predicted_path(task, down, PERIODS)
    np.testing.assert_allclose(path[:, 2], low + task.step_length * np.array((0.5, 0.0, 0.0, 0.0)), atol=1e-12)


def test_a_simulated_arm_goes_there(world):
    world.reset(seed=1)
    towards_the_base = np.array((-0.5, 0.0))
    for _ in range(3):
        step = world.step(towards_the_base)
    path = predicted_path(world.task, step, PERIODS)
    for place in path:
        np.testing.assert_allclose(world.step(towards_the_base).observation[TCP], place, atol=1e-3)
