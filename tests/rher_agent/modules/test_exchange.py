# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Who leads is shown first, whatever it is called; the others keep the order of their names."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rher_agent.algorithms.acting import make_view
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.modules.exchange import Exchange
from rher_agent.modules.roles import roles_of_alike, roles_of_stages
from rher_agent.storage.episode import Episode
from rher_agent.storage.hindsight import HindsightConfig
from rher_agent.tasks.double_push import DoublePushTask
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stack import StackTask
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_agent.tasks.task import Stage
from rher_agent.tasks.triple_stack import TripleStackTask
from rher_agent.worlds.state import ObjectState
from transforms3d.quaternions import axangle2quat

from tests.rher_agent.tasks.states import make_state

FAR, NEAR = 0.2, 0.005
"""From its goal an object counts as astray, or not [m]."""
HINDSIGHT = HindsightConfig(precision=0.5)
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
    exchange, count = Exchange(task, HINDSIGHT), len(task.object_names)
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
    shown, shown_goals, roles = Exchange(task, HINDSIGHT).arrange(observation, goals)
    assert np.array_equal(shown[0, 3:6], observation[0, task.layout.object_positions[leader]])
    assert np.array_equal(shown_goals.objects[0, 0], goals.objects[0, leader])
    assert roles.tolist() == [role]


def test_rows_are_arranged_each_by_itself_and_nothing_else_is_touched():
    task = DoublePushTask()
    rows = [situation(task, astray=(index % 2,), stage=3, seed=index) for index in range(6)]
    observations = np.concatenate([row for row, _ in rows])
    goals = Goals(np.full(6, 3), np.zeros((6, 3)), np.concatenate([goals.objects for _, goals in rows]))
    before = observations.copy()
    shown, shown_goals, _ = Exchange(task, HINDSIGHT).arrange(observations, goals)
    assert np.array_equal(observations, before)
    for index, (row, own) in enumerate(rows):
        alone, alone_goals, _ = Exchange(task, HINDSIGHT).arrange(row, own)
        assert np.array_equal(shown[index], alone[0])
        assert np.array_equal(shown_goals.objects[index], alone_goals.objects[0])
    tcp_and_last_twist = [0, 1, 2, 9, 10, 11, 18, 19, 20]
    assert np.array_equal(shown[:, tcp_and_last_twist], before[:, tcp_and_last_twist])


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_what_is_shown_is_what_the_task_observes_when_the_leader_comes_first(task: Any):
    """The layout is not taken at its word: the bodies themselves change places."""
    count, rng = len(task.object_names), np.random.default_rng(0)
    bodies = tuple(_body(name, rng) for name in task.object_names)
    resting = make_state(task.object_names, np.zeros((count, 3)), velocity=(0.1, 0.2, 0.3))
    places = np.stack([body.position for body in bodies])
    places[-1, 0] += FAR
    goals = Goals(np.array([2 * count - 1]), np.zeros((1, 3)), places[None])
    shown, _, _ = Exchange(task, HINDSIGHT).arrange(task.observe(replace(resting, objects=bodies))[None], goals)
    assert np.array_equal(shown[0], task.observe(replace(resting, objects=(bodies[-1], *bodies[:-1]))))


def _body(name: str, rng: np.random.Generator) -> ObjectState:
    turned = axangle2quat((0.0, 0.0, 1.0), rng.uniform(-0.7, 0.7))
    return ObjectState(name, rng.normal(size=3), turned, rng.normal(size=3), rng.normal(size=3))


def test_there_is_one_role_for_moving_and_one_for_reaching_the_object_at_each_place():
    one, of_push = roles_of_alike(1), roles_of_stages(StageRules(PushTask()))
    for name in ("is_reach", "holds", "leader", "reaches_leader"):
        assert np.array_equal(getattr(one, name), getattr(of_push, name))
    three = roles_of_alike(3)
    assert three.is_reach.tolist() == [True, True, True, False]
    assert three.holds.tolist() == [[False, True, True], [True, False, True], [True, True, False], [True, True, True]]
    assert three.leader.tolist() == [0, 0, 0, 0]
    assert three.reaches_leader.tolist() == [True, False, False, False]


@pytest.mark.parametrize("is_exchanged", [True, False])
@pytest.mark.parametrize(
    ("astray", "stage", "other_stage"),
    [((0,), 1, 3), ((), 0, 2), ((1,), 0, 2)],
    ids=["move", "reach", "reach what comes second"],
)
def test_who_can_push_the_first_can_push_the_second(
    is_exchanged: bool, astray: tuple[int, ...], stage: int, other_stage: int
):
    task = DoublePushTask()
    config = LearnerConfig(hidden=16, exchange=is_exchanged)
    policy = RelayLearner(task, config, seed=0).policy(averaged=False)
    first, goals = situation(task, astray=astray, stage=stage)
    second, other_goals = renamed(task, first, goals, (1, 0), stage=other_stage)
    assert np.array_equal(policy.act(first[0], goals), policy.act(second[0], other_goals)) == is_exchanged


def test_a_reach_judges_who_is_astray_by_its_own_precision():
    task = StackTask()
    observation, goals = situation(task, astray=(), stage=2)
    goals.objects[0, 0, 0] += NEAR
    loose, tight = HindsightConfig(precision=1.0), HindsightConfig(precision=1.0, reach_precision=0.3)
    assert Exchange(task, loose).arrange(observation, goals)[2].tolist() == [0]
    assert Exchange(task, tight).arrange(observation, goals)[2].tolist() == [1]


@pytest.mark.parametrize("stage", [2, 3])
def test_who_is_astray_is_not_who_earns_no_reward_where_that_is_asked_for(stage: int):
    """The first cube is 2 NEAR from its goal: half of the tolerance."""
    task = StackTask()
    observation, goals = situation(task, astray=(), stage=stage)
    goals.objects[0, 0, 0] += NEAR
    first = observation[:, task.layout.object_positions[0]]
    for config, leads in (
        (HindsightConfig(precision=0.3, reach_precision=0.3), True),
        (HindsightConfig(precision=0.3, reach_precision=0.3, astray_precision=0.6), False),
        (HindsightConfig(precision=1.0, astray_precision=0.4), True),
    ):
        seen, _, _ = Exchange(task, config).arrange(observation, goals)
        assert np.array_equal(seen[:, task.layout.object_positions[0]], first) is leads


def test_what_follows_is_seen_as_it_is_then():
    """The first cube comes to its goal in the step that is learned from, so that the second leads afterwards."""
    task = DoublePushTask()
    observation, _ = situation(task, astray=(), stage=2)
    before, after = observation[0].copy(), observation[0]
    before[task.layout.object_positions[0]] += FAR
    desired = np.stack([after[place] for place in task.layout.object_positions])
    config = LearnerConfig(hidden=16, batch_size=64, hindsight=HindsightConfig(relabel_share=0.0))
    learner = RelayLearner(task, config, seed=0)
    learner.add(Episode(np.stack((before, after)), np.zeros((1, task.action_size)), desired, np.ones(1, dtype=bool)))
    batches = learner._draw(1)
    inputs, next_inputs = batches.inputs, batches.next_inputs
    roles, next_roles = inputs[0, :, -3:].argmax(dim=1), next_inputs[0, :, -3:].argmax(dim=1)
    second_is_reached = roles == 1
    assert bool(second_is_reached.any())
    assert bool((next_roles[second_is_reached] == 0).all())


class Unlike(DoublePushTask):
    """Whose objects only look alike."""

    objects_alike = False


def test_objects_that_are_not_alike_keep_their_places():
    assert make_view(Unlike(), LearnerConfig()).exchange is None
    assert make_view(DoublePushTask(), LearnerConfig(exchange=False)).exchange is None
    assert make_view(DoublePushTask(), LearnerConfig()).exchange is not None


class Vague(DoublePushTask):
    """Whose layout does not tell which velocity is whose."""

    layout = replace(DoublePushTask().layout, object_parts=())


class Uneven(DoublePushTask):
    """Whose last stage asks for more than the others."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        *before, last = super().stages
        return (*before, replace(last, tolerance=last.tolerance / 2.0))


def test_stages_of_different_tolerance_cannot_share_a_role():
    with pytest.raises(ValueError, match=r"tolerances of 'double_push' are .*; allowed where objects are alike: one"):
        Exchange(Uneven(), HINDSIGHT)


def test_a_layout_that_does_not_tell_what_belongs_to_an_object_is_refused():
    with pytest.raises(ValueError, match="object_parts of the layout of 'double_push' tells of 0 objects; allowed"):
        Exchange(Vague(), HINDSIGHT)
