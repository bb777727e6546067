# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Delays shift by exactly their number of steps; noise comes from the seed and has the size asked for."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.worlds.world import Step
from rher_sim_bridge.worlds.mujoco_world import Advanced, EpisodeStart, MujocoWorld
from rher_sim_bridge.worlds.parameters import SimParameters

SEED = 4
STEPS = 30
TREMBLING = 1e-5
"""By so much an object moves to and fro within a period [m]."""


def actions_towards_the_cube(first: Step) -> np.ndarray:
    """A straight push with a wiggle, shape (STEPS, 2)."""
    direction = first.observation[3:5] - first.observation[:2]
    direction /= np.linalg.norm(direction)
    wiggle = np.random.default_rng(0).uniform(-0.1, 0.1, size=(STEPS, 2))
    return 0.8 * direction + wiggle


def episode(parameters: SimParameters, actions: np.ndarray | None = None, seed: int = SEED) -> list[Step]:
    world = MujocoWorld(parameters=parameters)
    first = world.reset(seed=seed)
    if actions is None:
        actions = actions_towards_the_cube(first)
    return [first, *(world.step(action) for action in actions)]


@pytest.mark.parametrize("delay", [1, 3])
def test_a_delayed_action_is_executed_exactly_that_many_steps_later(delay: int) -> None:
    actions = actions_towards_the_cube(MujocoWorld().reset(seed=SEED))
    delayed = episode(SimParameters(action_delay=delay), actions)
    shifted = episode(SimParameters(), np.concatenate((np.zeros((delay, 2)), actions[:-delay])))
    for late, ideal in zip(delayed, shifted, strict=True):
        np.testing.assert_array_equal(late.observation, ideal.observation)
        np.testing.assert_array_equal(late.action, ideal.action)
    np.testing.assert_allclose(delayed[delay + 1].action, actions[0])


@pytest.mark.parametrize("delay", [1, 3])
def test_a_delayed_object_is_seen_exactly_that_many_steps_late(delay: int) -> None:
    late, ideal = episode(SimParameters(observation_latency=0.1 * delay)), episode(SimParameters())
    seen_late = (slice(3, 6), slice(9, 12), slice(15, 17))
    for k in range(STEPS + 1):
        for part in seen_late:
            np.testing.assert_array_equal(late[k].observation[part], ideal[max(0, k - delay)].observation[part])
        np.testing.assert_array_equal(late[k].observation[:3], ideal[k].observation[:3])
        assert late[k].age == pytest.approx(0.1 * delay)
    assert np.linalg.norm(ideal[-1].observation[3:6] - ideal[0].observation[3:6]) > 0.01


def test_a_latency_between_two_periods_shows_the_object_between_two_places() -> None:
    parameters = SimParameters(observation_latency=0.13)
    late, ideal = episode(parameters), episode(SimParameters())
    cube = slice(3, 5)
    for k in range(2, STEPS + 1):
        # Captured 30 ms before the end of the period before.
        before, after = ideal[k - 2].observation[cube], ideal[k - 1].observation[cube]
        way = np.linalg.norm(after - before) + TREMBLING
        assert np.linalg.norm(late[k].observation[cube] - after) <= way
        assert np.linalg.norm(late[k].observation[cube] - before) <= way
        assert late[k].age == pytest.approx(0.13)
        np.testing.assert_array_equal(late[k].observation[:3], ideal[k].observation[:3])


def test_stamps_of_captures_only_grow_across_resets_and_the_scene_is_that_of_the_capture() -> None:
    world = MujocoWorld(parameters=SimParameters(observation_latency=0.25))
    stamps = []
    for seed in range(3):
        seen: EpisodeStart | Advanced = world.reset_state(seed, seed)
        state = seen.state
        stamps.append(state.objects_stamp_ns)
        for _ in range(4):
            np.testing.assert_array_equal(seen.scene[6:9], state.objects[0].position)
            seen = world.advance(np.array([0.1, 0.0, 0.0, 0.0, 0.0, 0.0]))
            state = seen.state
            stamps.append(state.objects_stamp_ns)
            assert state.stamp_ns - state.objects_stamp_ns == 250_000_000
    assert stamps == sorted(set(stamps))


def test_noise_is_drawn_from_the_seed_and_leaves_the_physics_alone() -> None:
    noisy = SimParameters(object_position_noise=0.002, object_yaw_noise=0.02, tcp_position_noise=0.001)
    actions = actions_towards_the_cube(MujocoWorld().reset(seed=SEED))
    first, second, ideal = episode(noisy, actions), episode(noisy, actions), episode(SimParameters(), actions)
    for a, b, c in zip(first, second, ideal, strict=True):
        np.testing.assert_array_equal(a.observation, b.observation)
        assert not np.array_equal(a.observation[:3], c.observation[:3])
        assert not np.array_equal(a.observation[15:17], c.observation[15:17])
        np.testing.assert_array_equal(a.observation[6:15], c.observation[6:15])
    assert not np.array_equal(episode(noisy, seed=SEED + 1)[0].observation[:2], first[0].observation[:2])


def test_noise_has_the_size_asked_for() -> None:
    world = MujocoWorld(parameters=SimParameters(object_position_noise=0.002, tcp_position_noise=0.001))
    ideal = MujocoWorld()
    errors = np.array(
        [world.reset(seed=seed).observation[:6] - ideal.reset(seed=seed).observation[:6] for seed in range(500)]
    )
    np.testing.assert_allclose(errors[:, :3].std(axis=0), 0.001, rtol=0.15)
    np.testing.assert_allclose(errors[:, 3:5].std(axis=0), 0.002, rtol=0.15)
    np.testing.assert_array_equal(errors[:, 5], 0.0)
