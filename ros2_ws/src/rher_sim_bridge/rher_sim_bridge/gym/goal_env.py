# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The MuJoCo world as a gymnasium goal-environment: the same world, the interface that other learners speak."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step

from rher_sim_bridge.worlds.mujoco_world import SEED_RANGE, MujocoWorld
from rher_sim_bridge.worlds.parameters import SimParameters

Observation = dict[str, Any]
"""Arrays of float64 under "observation", "achieved_goal" and "desired_goal"."""


class GoalEnv(gymnasium.Env[Observation, NDArray[np.float64]]):
    """Push with a UR5e. The reward is 0 when every object is at its goal, else -1; episodes are only truncated.

    Args:
        render_mode: "rgb_array" or None.
        parameters: Rates, delays and noise of the world.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012 - the shape gymnasium asks for

    def __init__(self, render_mode: str | None = None, parameters: SimParameters | None = None) -> None:
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise ValueError(f"render_mode is {render_mode!r}; allowed: None, 'rgb_array'")
        self.render_mode = render_mode
        self.world = MujocoWorld(parameters=parameters)
        task = self.world.task
        self._tolerance = task.stages[-1].tolerance
        goal_size = 3 * len(task.object_names)
        self.action_space = gymnasium.spaces.Box(-1.0, 1.0, (task.action_size,), np.float64)
        self.observation_space = gymnasium.spaces.Dict(
            {
                "observation": gymnasium.spaces.Box(-np.inf, np.inf, (task.layout.size,), np.float64),
                "achieved_goal": gymnasium.spaces.Box(-np.inf, np.inf, (goal_size,), np.float64),
                "desired_goal": gymnasium.spaces.Box(-np.inf, np.inf, (goal_size,), np.float64),
            }
        )

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: Seeds this and all following episodes.
            options: May hold "goal", the desired position of every object [m] in base_link, shape (objects, 3).
        """
        super().reset(seed=seed)
        step = self.world.reset(seed=int(self.np_random.integers(SEED_RANGE)), goal=(options or {}).get("goal"))
        return self._observe(step), self._info(step)

    def step(self, action: NDArray[np.float64]) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Act for one control period; actions outside the unit disc are scaled onto it."""
        step = self.world.step(np.asarray(action, dtype=np.float64))
        observation, info = self._observe(step), self._info(step)
        reward = float(self.compute_reward(observation["achieved_goal"], observation["desired_goal"], info))
        return observation, reward, False, step.truncated, info

    def compute_reward(
        self, achieved_goal: Vector, desired_goal: Vector, info: dict[str, Any] | list[dict[str, Any]] | None
    ) -> Vector:
        """Return 0 where every object is within the tolerance of its goal, else -1.

        Args:
            achieved_goal: Positions of the objects [m], shape (..., 3 objects).
            desired_goal: Their goals [m], same shape.
            info: Not used; part of the interface.

        Returns:
            Shape (...,).
        """
        return np.where(self._reached(achieved_goal, desired_goal), 0.0, -1.0)

    def render(self) -> NDArray[np.uint8] | None:
        """Return a picture of the scene, or None when no render mode was asked for."""
        return None if self.render_mode is None else self.world.render()

    def close(self) -> None:
        """Release the world."""
        self.world.close()

    def _reached(self, achieved_goal: Vector, desired_goal: Vector) -> NDArray[np.bool_]:
        difference = np.asarray(achieved_goal, dtype=np.float64) - np.asarray(desired_goal, dtype=np.float64)
        distances = np.linalg.norm(difference.reshape(*difference.shape[:-1], -1, 3), axis=-1)
        return np.asarray((distances <= self._tolerance).all(axis=-1))

    def _observe(self, step: Step) -> Observation:
        objects = self.world.task.layout.object_positions
        return {
            "observation": step.observation,
            "achieved_goal": np.concatenate([step.observation[part] for part in objects]),
            "desired_goal": step.desired_goal.ravel(),
        }

    def _info(self, step: Step) -> dict[str, Any]:
        goals = self._observe(step)
        return {
            "is_success": bool(self._reached(goals["achieved_goal"], goals["desired_goal"])),
            "executed_action": step.action,
            "clipped": step.clipped,
            "stopped": step.stopped,
            "reason": step.reason,
        }
