# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The Fetch worlds of gymnasium-robotics behind our World, where they are installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from rher_agent.tasks.fetch_push import FetchPushTask
from rher_agent.tasks.registry import gym_task_names, make_gym_task
from rher_agent.worlds.gym_world import GymWorld
from rher_agent.worlds.world import World, WorldError

pytest.importorskip("gymnasium_robotics", reason="requirements/fetch.txt is not installed")

CUBE_ON_TABLE = 0.425
"""Height of the cube's centre [m]."""
START_ERROR = 0.003
"""Of the gripper's position [m]."""


@pytest.fixture(params=gym_task_names())
def world(request: pytest.FixtureRequest) -> Iterator[GymWorld]:
    """One world of each task."""
    with closing(GymWorld(make_gym_task(request.param))) as made:
        yield made


@pytest.fixture
def push() -> Iterator[GymWorld]:
    with closing(GymWorld(FetchPushTask())) as made:
        yield made


def episode(world: World, seed: int) -> np.ndarray:
    """Return all observations of an episode of random actions."""
    rng = np.random.default_rng(seed)
    step = world.reset(seed=seed)
    seen = [step.observation]
    while not step.truncated:
        step = world.step(rng.uniform(-1.0, 1.0, world.task.action_size))
        seen.append(step.observation)
    return np.array(seen)


def test_an_episode_has_the_shapes_of_its_task_and_ends_at_the_horizon(world: GymWorld):
    first = world.reset(seed=0)
    assert first.desired_goal.shape == (len(world.task.object_names), 3)
    assert episode(world, 0).shape == (world.task.horizon + 1, world.task.layout.size)
    with pytest.raises(WorldError, match="the episode is over"):
        world.step(np.zeros(world.task.action_size))


def test_a_seed_gives_the_same_episode_whatever_came_before(world: GymWorld):
    first = episode(world, 1)
    other = episode(world, 2)
    assert np.array_equal(episode(world, 1), first)
    assert not np.array_equal(other, first)


def test_velocities_are_per_second(push: GymWorld):
    task = push.task
    step = push.reset(seed=3)
    ahead = np.array([1.0, 0.0, 0.0, 0.0])
    for _ in range(3):
        before, step = step, push.step(ahead)
    moved = step.observation[task.layout.tcp_position] - before.observation[task.layout.tcp_position]
    velocity = step.observation[task.layout.vectors[0]]
    assert velocity[0] == pytest.approx(moved[0] / task.control_period, rel=0.3)
    assert np.linalg.norm(step.observation[task.layout.vectors[1]]) < 0.01, "the cube rests"


def test_the_cube_is_where_the_layout_says(push: GymWorld):
    step = push.reset(seed=4)
    assert step.observation[push.task.layout.object_positions[0]][2] == pytest.approx(CUBE_ON_TABLE, abs=1e-3)
    assert step.desired_goal[0, 2] == pytest.approx(CUBE_ON_TABLE, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "start"),
    [("fetch_push", (1.363, 0.749, 0.416)), ("fetch_pick_and_place", (1.342, 0.749, 0.535))],
)
def test_the_gripper_starts_where_the_documents_say(name: str, start: tuple[float, float, float]):
    with closing(GymWorld(make_gym_task(name))) as world:
        for seed in range(3):
            tcp = world.reset(seed=seed).observation[world.task.layout.tcp_position]
            assert tcp == pytest.approx(start, abs=START_ERROR)


def test_a_straight_way_to_the_cube_counts_as_reached(push: GymWorld):
    task = push.task
    for seed in range(5):
        step = push.reset(seed=seed)
        nearest = np.inf
        while not step.truncated:
            way = step.observation[task.layout.object_positions[0]] - step.observation[task.layout.tcp_position]
            nearest = min(nearest, float(np.linalg.norm(way)))
            step = push.step(np.append(np.clip(way / task.step_length, -1.0, 1.0), 0.0))
        assert nearest <= task.contact_radius


def test_goals_of_ones_own_and_bad_actions_are_refused(push: GymWorld):
    with pytest.raises(WorldError, match="draws its own goals"):
        push.reset(goal=np.zeros((1, 3)))
    push.reset(seed=0)
    with pytest.raises(ValueError, match="4 finite numbers"):
        push.step(np.zeros(3))


def test_a_missing_module_is_named():
    class ElsewhereTask(FetchPushTask):
        gym_module = "no_such_module"

    with pytest.raises(WorldError, match=r"needs no_such_module.*requirements/fetch\.txt"):
        GymWorld(ElsewhereTask())


def test_success_is_strict_only_at_rest_and_released():
    task = FetchPushTask()
    goal = np.array([[1.3, 0.7, CUBE_ON_TABLE]])
    observation = np.zeros(task.layout.size)
    observation[task.layout.object_positions[0]] = goal[0] + (0.02, 0.0, 0.0)
    observation[task.layout.tcp_position] = goal[0] + (0.1, 0.0, 0.0)
    assert task.is_strict_success(observation, goal)
    for entries, value in ((slice(9, 10), 0.02), (slice(0, 1), goal[0, 0] + 0.06), (slice(3, 4), goal[0, 0] + 0.03)):
        spoiled = observation.copy()
        spoiled[entries] = value
        assert not task.is_strict_success(spoiled, goal)


def test_a_cube_below_the_table_is_lost_and_one_on_it_is_not(push: GymWorld):
    observation = push.reset(seed=0).observation
    fallen = observation.copy()
    fallen[push.task.layout.object_positions[0].start + 2] = 0.39
    assert push.task.are_lost(np.array([observation, fallen])).tolist() == [False, True]
