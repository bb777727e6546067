# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The gymnasium goal-environment: the checker's contract, rewards in batches, the same world inside."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
import rher_sim_bridge.gym
from gymnasium.utils.env_checker import check_env
from rher_sim_bridge.gym.goal_env import GoalEnv


@pytest.mark.filterwarnings("ignore:.*Box observation space (min|max)imum value:UserWarning")
def test_it_passes_the_checker() -> None:
    env = gymnasium.make(rher_sim_bridge.gym.UR5E_PUSH, render_mode="rgb_array")
    check_env(env.unwrapped)
    env.close()


def test_a_seed_gives_the_same_episode_and_the_next_reset_another() -> None:
    env = GoalEnv()
    first, _ = env.reset(seed=5)
    following, _ = env.reset()
    again, _ = env.reset(seed=5)
    for key in first:
        np.testing.assert_array_equal(first[key], again[key])
    assert not np.array_equal(first["observation"], following["observation"])


def test_rewards_come_in_batches_and_equal_those_of_steps() -> None:
    env = GoalEnv()
    observation, _ = env.reset(seed=0)
    achieved, desired, rewards = [], [], []
    truncated = False
    while not truncated:
        action = observation["observation"][3:5] - observation["observation"][:2]
        observation, reward, terminated, truncated, info = env.step(action / np.linalg.norm(action))
        assert not terminated
        assert info["is_success"] == (reward == 0.0)
        achieved.append(observation["achieved_goal"])
        desired.append(observation["desired_goal"])
        rewards.append(reward)
    assert len(rewards) == env.world.task.horizon
    np.testing.assert_array_equal(env.compute_reward(np.array(achieved), np.array(desired), None), rewards)


def test_the_reward_is_0_within_the_tolerance_only() -> None:
    env = GoalEnv()
    desired = np.zeros((3, 3))
    achieved = np.array([[0.0, 0.049, 0.0], [0.0, 0.051, 0.0], [0.049, 0.049, 0.0]])
    np.testing.assert_array_equal(env.compute_reward(achieved, desired, {}), [0.0, -1.0, -1.0])


def test_a_goal_may_be_given() -> None:
    goal = np.array([[0.4, 0.1, 0.025]])
    observation, _ = GoalEnv().reset(seed=0, options={"goal": goal})
    np.testing.assert_array_equal(observation["desired_goal"], goal[0])


def test_an_unknown_render_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="render_mode"):
        GoalEnv(render_mode="human")
