# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Episodes land where they belong and the oldest make room."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.storage.episode import Episode
from rher_agent.storage.replay_buffer import GRAVITY, LEAST_ENERGY, MOST_ENERGY, ReplayBuffer, energy_taken_up
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.registry import make_relay_task

TASK = PushTask()


def numbered_episode(number: int, steps: int, *, usable: bool = True) -> Episode:
    """Every entry tells which episode and step it is of."""
    return Episode(
        observations=100.0 * number + np.repeat(np.arange(steps + 1.0)[:, None], TASK.layout.size, axis=1),
        actions=-(100.0 * number + np.repeat(np.arange(float(steps))[:, None], TASK.action_size, axis=1)),
        desired_goal=np.full((1, 3), float(number)),
        usable=np.full(steps, usable),
    )


def test_keeps_what_was_added():
    buffer = ReplayBuffer(TASK, capacity=3)
    buffer.add(numbered_episode(1, 4))
    buffer.add(numbered_episode(2, 2))
    assert len(buffer) == 2
    assert buffer.observations[0, 4, 0] == 104.0
    assert buffer.actions[1, 1, 0] == -201.0
    assert buffer.desired_goals[1, 0, 0] == 2.0
    assert [tuple(row) for row in buffer.transitions] == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1)]


def test_oldest_makes_room_and_leaves_no_transition_behind():
    buffer = ReplayBuffer(TASK, capacity=2)
    for number, steps in ((1, 5), (2, 3), (3, 2)):
        buffer.add(numbered_episode(number, steps))
    assert len(buffer) == 2
    assert buffer.total_added == 3
    assert buffer.observations[0, 1, 0] == 301.0
    assert [tuple(row) for row in buffer.transitions] == [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)]


def test_unusable_transitions_are_not_drawn():
    buffer = ReplayBuffer(TASK, capacity=2)
    buffer.add(numbered_episode(1, 3, usable=False))
    buffer.add(numbered_episode(2, 1))
    assert [tuple(row) for row in buffer.transitions] == [(1, 0)]


def test_the_step_that_led_to_a_stop_is_kept_where_it_is_learned_from():
    stopped, whole = numbered_episode(1, 3), numbered_episode(2, 3)
    stopped.usable[-1] = False
    buffers = [ReplayBuffer(TASK, capacity=1, learn_stops=learn_stops) for learn_stops in (False, True)]
    for buffer, steps in zip(buffers, (2, 3), strict=True):
        buffer.add(stopped)
        assert len(buffer.transitions) == steps
    assert np.argwhere(buffers[1].stopped).tolist() == [[0, 2]]
    assert not buffers[0].stopped.any()
    buffers[1].add(whole)
    assert not buffers[1].stopped.any(), "the episode that takes its place was not stopped"


def test_refuses_an_episode_longer_than_the_horizon():
    buffer = ReplayBuffer(TASK, capacity=1)
    with pytest.raises(ValueError, match="allowed: up to the task's horizon, 50"):
        buffer.add(numbered_episode(1, TASK.horizon + 1))


def test_refuses_goals_of_another_number_of_objects():
    buffer = ReplayBuffer(make_relay_task("double_push"), capacity=1)
    with pytest.raises(ValueError, match=r"desired_goal is of shape \(1, 3\); allowed: \(2, 3\)"):
        buffer.add(numbered_episode(1, 2))


def test_episode_needs_one_more_observation_than_actions():
    with pytest.raises(ValueError, match="2 actions go with 3 observations"):
        Episode(np.zeros((2, 17)), np.zeros((2, 2)), np.zeros((1, 3)), np.ones(2, dtype=bool))


def test_tells_at_each_step_which_object_had_to_be_moved():
    task = make_relay_task("triple_push")
    far, near = np.array((1.0, 0.0, 0.0)), np.array((task.stages[1].tolerance - 1e-6, 0.0, 0.0))
    errors = np.array([(far, far, far), (near, far, far), (near, near, far), (near, near, near), (far, near, far)])
    buffer = ReplayBuffer(task, capacity=1)
    goals = np.array(((0.3, 0.0, 0.0), (0.4, 0.0, 0.0), (0.5, 0.0, 0.0)))
    observations = np.zeros((len(errors) + 1, task.layout.size))
    for index, place in enumerate(task.layout.object_positions):
        observations[:-1, place] = goals[index] + errors[:, index]
    usable = np.ones(len(errors), dtype=bool)
    buffer.add(Episode(observations, np.zeros((len(errors), task.action_size)), goals, usable))
    assert buffer.at_hand[0, : len(errors)].tolist() == [0, 1, 2, 2, 0]


def test_energy_counts_what_steps_add_and_no_more_than_the_most():
    resting = np.zeros((5, 1, 3))
    assert energy_taken_up(resting, 0.1) == LEAST_ENERGY
    lifted = resting.copy()
    lifted[:, 0, 2] = 0.01 * np.arange(5)
    assert energy_taken_up(lifted, 1e6) == pytest.approx(LEAST_ENERGY + 3 * GRAVITY * 0.01)
    assert energy_taken_up(-lifted, 1e6) == pytest.approx(LEAST_ENERGY), "falling adds nothing"
    thrown = resting.copy()
    thrown[2:, 0, 0] = 10.0
    assert energy_taken_up(thrown, 0.1) == pytest.approx(LEAST_ENERGY + MOST_ENERGY)
