# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which of two alike cubes is called the first changes what is shown by nothing but their order."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from rher_agent.algorithms.acting import make_view
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.modules.exchange import Exchange
from rher_agent.tasks.double_push import DoublePushTask
from rher_agent.tasks.stack import StackTask
from rher_agent.tasks.stage_rules import Goals
from rher_agent.tasks.triple_stack import TripleStackTask

FAR, NEAR = 0.2, 0.005
"""From its goal an object counts as astray, or not [m]."""
PRECISION = 0.5
TASKS = (DoublePushTask(), StackTask(), TripleStackTask())


def situation(task: Any, *, astray: tuple[int, ...], stage: int, seed: int = 0) -> tuple[np.ndarray, Goals]:
    """Return an observation, all of its entries different, and goals near all objects but those astray."""
    observation = np.random.default_rng(seed).normal(0.0, 0.1, task.layout.size)
    objects = np.stack([observation[place] for place in task.layout.object_positions])
    away = np.array([FAR if index in astray else NEAR for index in range(len(objects))])
    offset = np.zeros_like(objects)
    offset[:, 0] = away
    return observation[None], Goals(np.array([stage]), np.array([[1.0, 2.0, 3.0]]), (objects + offset)[None])


def renamed(task: Any, observation: np.ndarray, goals: Goals, order: tuple[int, ...], stage: int):
    """Return the same situation where object k is called what object order[k] was called."""
    layout, result = task.layout, observation.copy()
    for new, old in enumerate(order):
        own = (layout.object_positions[new], *layout.object_parts[new])
        other = (layout.object_positions[old], *layout.object_parts[old])
        for target, source in zip(own, other, strict=True):
            result[:, target] = observation[:, source]
    return result, Goals(np.array([stage]), goals.reach, goals.objects[:, order])


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_the_only_object_astray_leads_whatever_it_is_called(task: Any):
    exchange, count = Exchange(task, precision=PRECISION), len(task.object_names)
    observation, goals = situation(task, astray=(0,), stage=1)
    shown, _, roles = exchange.arrange(observation, goals)
    assert np.array_equal(shown, observation)
    assert roles.tolist() == [count]
    for order in itertools.permutations(range(count)):
        other, other_goals = renamed(task, observation, goals, order, stage=2 * order.index(0) + 1)
        seen, seen_goals, roles = exchange.arrange(other, other_goals)
        # The others stay in the order of their names.
        rest = [index for index in order if index != 0]
        wanted, wanted_goals = renamed(task, observation, goals, (0, *rest), stage=1)
        assert np.array_equal(seen, wanted)
        assert np.array_equal(seen_goals.objects, wanted_goals.objects)
        assert roles.tolist() == [count], "moved they are all in one role"


@pytest.mark.parametrize(
    ("stage", "astray", "leader", "role"),
    [
        (0, (), 0, 0),  # reach the first
        (0, (0,), 0, 0),  # which is bound to no position
        (0, (1,), 1, 1),  # but the second has been moved, and is to go back
        (1, (0, 1), 0, 2),
        (1, (1,), 1, 2),
        (1, (), 0, 2),  # all is done: that of the stage leads
        (2, (), 1, 0),  # reach the second, to the networks the first
        (2, (0,), 0, 1),  # which comes second while the first has to be moved
        (3, (0, 1), 0, 2),
        (3, (1,), 1, 2),
        (3, (), 1, 2),
    ],
)
def test_who_leads_and_what_is_left_to_do(stage: int, astray: tuple[int, ...], leader: int, role: int):
    task = DoublePushTask()
    observation, goals = situation(task, astray=astray, stage=stage)
    shown, shown_goals, roles = Exchange(task, precision=PRECISION).arrange(observation, goals)
    assert np.array_equal(shown[0, 3:6], observation[0, task.layout.object_positions[leader]])
    assert np.array_equal(shown_goals.objects[0, 0], goals.objects[0, leader])
    assert roles.tolist() == [role]


def test_rows_are_arranged_each_by_itself_and_nothing_else_is_touched():
    task = DoublePushTask()
    rows = [situation(task, astray=(index % 2,), stage=3, seed=index) for index in range(6)]
    observations = np.concatenate([row for row, _ in rows])
    goals = Goals(np.full(6, 3), np.zeros((6, 3)), np.concatenate([goals.objects for _, goals in rows]))
    before = observations.copy()
    shown, shown_goals, _ = Exchange(task, precision=PRECISION).arrange(observations, goals)
    assert np.array_equal(observations, before)
    for index, (row, own) in enumerate(rows):
        alone, alone_goals, _ = Exchange(task, precision=PRECISION).arrange(row, own)
        assert np.array_equal(shown[index], alone[0])
        assert np.array_equal(shown_goals.objects[index], alone_goals.objects[0])
    tcp_and_last_twist = [0, 1, 2, 18, 19, 20]
    assert np.array_equal(shown[:, tcp_and_last_twist], before[:, tcp_and_last_twist])


@pytest.mark.parametrize("is_exchanged", [True, False])
def test_who_can_push_the_first_can_push_the_second(is_exchanged: bool):
    task = DoublePushTask()
    config = LearnerConfig(hidden=16, exchange=is_exchanged)
    policy = RelayLearner(task, config, seed=0).policy(averaged=False)
    first, goals = situation(task, astray=(0,), stage=1)
    second, other_goals = renamed(task, first, goals, (1, 0), stage=3)
    assert np.array_equal(policy.act(first[0], goals), policy.act(second[0], other_goals)) == is_exchanged


class Unlike(DoublePushTask):
    """Whose objects only look alike."""

    objects_alike = False


def test_objects_that_are_not_alike_keep_their_places():
    assert make_view(Unlike(), LearnerConfig()).exchange is None
    assert make_view(DoublePushTask(), LearnerConfig(exchange=False)).exchange is None
    assert make_view(DoublePushTask(), LearnerConfig()).exchange is not None
