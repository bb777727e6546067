# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Training episodes in which something is practised; the others are among the tests of episodes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from rher_agent.exploration.config import ExplorationConfig
from rher_agent.exploration.sges import SelfGuidedExploration
from rher_agent.modules.policy import Policy
from rher_agent.runners.collector import Collector
from rher_agent.runners.rollout import GREATEST_AGE
from rher_agent.tasks.drawer_box import DrawerBoxTask
from rher_agent.tasks.pick_and_place import PickAndPlaceTask
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stack import StackTask
from rher_agent.tasks.stage_rules import Goals
from rher_agent.tasks.task import Task
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

LOWER, _ = StackTask().layout.object_positions


class _Still:
    """A policy that never moves."""

    def act(self, observation: np.ndarray, goals: Goals) -> Vector:
        return np.zeros(StackTask.action_size)


STILL = cast("Policy", _Still())


class LiftingWorld(MujocoWorld):
    """In which the lower cube is at its goal from some step on."""

    lifted_at = math.inf
    touched = False
    """Whether the TCP is where the lower cube is."""
    age = 0.0
    """Of what is seen [s]."""

    def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
        self.asked = goal
        return super().reset(seed=seed, goal=goal)

    def step(self, action: Vector) -> Step:
        step = super().step(action)
        observation = step.observation.copy()
        if step.step >= self.lifted_at:
            observation[LOWER] = step.desired_goal[0]
        if self.touched:
            observation[StackTask().layout.tcp_position] = observation[LOWER]
        return replace(step, observation=observation, age=self.age)


def collector(world: MujocoWorld, share: float) -> tuple[Collector, SelfGuidedExploration]:
    exploration = SelfGuidedExploration(world.task, ExplorationConfig(practice_probability=share))
    return Collector(world, exploration, np.random.default_rng(3), show_choice=lambda _: None), exploration


def test_practice_asks_for_a_goal_in_the_air_and_ends_when_it_is_met():
    world = LiftingWorld(StackTask())
    world.lifted_at = 7
    collecting, exploration = collector(world, 1.0)
    collected = collecting.collect(STILL, seed=2)
    assert world.asked is not None
    assert world.asked[0, 2] > world.task.rest_height
    assert len(collected.rollout.actions) == world.lifted_at
    assert collected.practice
    assert not collected.solo
    assert exploration.mastery.state() == [[True], [True], [], []]


def test_practice_that_fails_takes_the_whole_episode_and_counts_against_what_was_tried():
    world = LiftingWorld(StackTask())
    collecting, exploration = collector(world, 1.0)
    collected = collecting.collect(STILL, seed=2)
    assert len(collected.rollout.actions) == world.task.horizon
    assert exploration.mastery.state() == [[False], [], [], []]


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_practice_has_its_share_of_the_episodes(share: float):
    collecting, _ = collector(MujocoWorld(StackTask()), share)
    practised = [collecting._practice_goal() is not None for _ in range(2000)]
    assert np.mean(practised) == pytest.approx(share, abs=0.05)


def test_less_is_practised_as_the_task_succeeds():
    collecting, exploration = collector(MujocoWorld(StackTask()), 0.8)
    for outcome in (True, True, True, False):
        exploration.mastery.record(len(exploration.mastery.outcomes) - 1, outcome)
    practised = [collecting._practice_goal() is not None for _ in range(2000)]
    assert np.mean(practised) == pytest.approx(0.8 * (1.0 - 3.0 / 5.0), abs=0.05)


def test_an_episode_without_practice_is_told_as_such():
    collecting, _ = collector(LiftingWorld(StackTask()), 0.0)
    assert not collecting.collect(STILL, seed=2).practice


class OneCube(PickAndPlaceTask):
    """Whose first object is its last."""

    def practice_goal(self, rng: np.random.Generator) -> Vector:
        return np.array([[0.5, 0.0, 0.1]])


@pytest.mark.parametrize("task", [PushTask(), OneCube()], ids=lambda task: task.name)
def test_a_task_that_has_nothing_to_practise_is_refused(task: Task):
    message = rf"practice_probability is 0\.5; allowed for '{task.name}': 0, it has nothing to practise"
    with pytest.raises(ValueError, match=message):
        collector(MujocoWorld(task), 0.5)


def test_mastery_is_not_shared_by_objects_that_are_not_alike():
    world, config = MujocoWorld(DrawerBoxTask()), ExplorationConfig(shared_mastery=True)
    exploration = SelfGuidedExploration(world.task, config)
    message = "shared_mastery is True; allowed for 'drawer_box': False, it has no alike objects"
    with pytest.raises(ValueError, match=message):
        Collector(world, exploration, np.random.default_rng(3), show_choice=lambda _: None)


def test_practice_that_only_touches_the_cube_counts_against_moving_it():
    world = LiftingWorld(StackTask())
    world.touched = True
    collecting, exploration = collector(world, 1.0)
    collecting.collect(STILL, seed=2)
    assert exploration.mastery.state() == [[True], [False], [], []]


def test_what_was_not_seen_ends_no_practice():
    world = LiftingWorld(StackTask())
    world.lifted_at, world.age = 7, 1.1 * GREATEST_AGE
    collecting, _ = collector(world, 1.0)
    assert len(collecting.collect(STILL, seed=2).rollout.actions) == world.task.horizon
