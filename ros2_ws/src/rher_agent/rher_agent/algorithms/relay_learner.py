# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The relay actor-critic: one actor and twin critics learn every stage of a task from all data by hindsight."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rher_agent.algorithms.acting import masked_features
from rher_agent.algorithms.batches import BatchDrawer, Batches
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.modules.action_shape import action_groups
from rher_agent.modules.adam import Adam
from rher_agent.modules.mlp import NetworkShape
from rher_agent.modules.networks import Actor, Critics
from rher_agent.modules.policy import Policy, PolicyWeights
from rher_agent.storage.episode import Episode
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_agent.tasks.stage_rules import Goals
from rher_agent.tasks.task import RelayTask

METRICS = ("critic_loss", "actor_loss", "q_mean", "q_min", "q_max", "unmoved_share")
"""What learn tells."""


class RelayLearner:
    """Owns the replay buffer, the networks and their updates. It knows no world.

    The learner is TD3 (Fujimoto et al. 2018) without target noise, over goals relabelled at sample time; with one
    critic and no policy delay it is DDPG.
    """

    def __init__(self, task: RelayTask, config: LearnerConfig, *, seed: int) -> None:
        """Start from random weights drawn from `seed`."""
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self.config = config
        self.buffer = ReplayBuffer(task, config.capacity, learn_stops=config.hindsight.stop_is_final)
        self.updates = 0
        self._rng = np.random.default_rng(seed)
        self._device = find_device(config.device)
        self._drawer = BatchDrawer(task, config, self._device)
        self.encoder = self._drawer.view.encoder

        self._groups = action_groups(task, config.action_shape)
        shape = NetworkShape(config.hidden, config.layers, self._device, config.initial_weights)
        self._actor = Actor(self.encoder.input_size, self._groups, shape)
        self._critic = Critics(
            self.encoder.input_size,
            task.action_size,
            shape,
            members=config.critics,
            layer_norm=config.layer_norm,
        )
        self._target_actor, self._target_critic = copy.deepcopy(self._actor), copy.deepcopy(self._critic)
        self._average_actor = copy.deepcopy(self._actor)
        self._actor_optimizer, self._critic_optimizer = (
            Adam(weights.values, weights.gradient, config.learning_rate)
            for weights in (self._actor.weights, self._critic.weights)
        )
        self._followers = (
            (self._average_actor.weights, self._actor.weights, config.average_rate, 1),
            (self._target_actor.weights, self._actor.weights, config.target_rate, config.target_interval),
            (self._target_critic.weights, self._critic.weights, config.target_rate, config.target_interval),
        )

    def add(self, episode: Episode) -> None:
        """Store an episode."""
        self.buffer.add(episode)

    def policy(self, *, averaged: bool) -> Policy:
        """Return a frozen copy of the policy, of the averaged weights or of the online ones."""
        actor = self._average_actor if averaged else self._actor
        layers = tuple((_array(weight), _array(bias)) for weight, bias in actor.weights.layers[0])
        normalizer = copy.copy(self._drawer.normalizer)
        masked = masked_features(normalizer, self.config)
        return Policy(self._drawer.view, PolicyWeights(layers, normalizer, self._groups, masked))

    def values(self, observations: NDArray[np.float64], goals: Goals) -> NDArray[np.float32]:
        """Return what situations are worth to the averaged policy, the least of all critics, shape (B,).

        Args:
            observations: Shape (B, layout.size).
            goals: Of the stage of each.
        """
        seen = self._drawer.view.see(observations, goals)
        inputs = self._drawer.network_input(seen.features, seen.roles)
        return _array(self._critic.least(inputs, self._average_actor.forward(inputs, keep=False)))

    def state(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return everything but the episodes, as arrays by dotted name and as plain values."""
        normalizer = self._drawer.normalizer
        arrays = {f"{name}.{key}": _array(part) for name, parts in self._parts().items() for key, part in parts.items()}
        arrays["normalizer.total"] = normalizer.total
        arrays["normalizer.total_square"] = normalizer.total_square
        plain = {
            "updates": self.updates,
            "normalizer_count": normalizer.count,
            "generator": self._rng.bit_generator.state,
        }
        return arrays, plain

    def load_state(self, arrays: dict[str, NDArray[Any]], plain: dict[str, Any]) -> None:
        """Set what state returned; the episodes are added by the caller.

        Raises:
            ValueError: The arrays are of networks of another shape.
        """
        for name, parts in self._parts().items():
            for key, part in parts.items():
                found = arrays.get(f"{name}.{key}")
                shape = None if found is None else found.shape
                if found is None or shape != tuple(part.shape):
                    raise ValueError(f"{name}.{key} is of shape {shape}; allowed: {tuple(part.shape)}")
                part.copy_(torch.from_numpy(found))
        self.updates = plain["updates"]
        self._drawer.normalizer.load(
            plain["normalizer_count"], arrays["normalizer.total"], arrays["normalizer.total_square"]
        )
        self._rng.bit_generator.state = plain["generator"]

    def _parts(self) -> dict[str, dict[str, Tensor]]:
        """Return all that torch holds, by the name of its owner and its own."""
        return {
            "actor": self._actor.weights.named(),
            "critic": self._critic.weights.named(),
            "target_actor": self._target_actor.weights.named(),
            "target_critic": self._target_critic.weights.named(),
            "average_actor": self._average_actor.weights.named(),
            "actor_optimizer": self._actor_optimizer.moments,
            "critic_optimizer": self._critic_optimizer.moments,
        }

    def learn(self, mastered: int = 0) -> dict[str, float]:
        """Make the updates that are due after an episode.

        All transitions are drawn and relabelled in one vectorised call, a quarter of the cost of one call per update.

        Args:
            mastered: Index of the highest stage mastered; learned_stages 'unmastered' leaves out those before it.

        Returns:
            Means over the updates of METRICS; NaN when there is nothing to learn from.
        """
        if len(self.buffer.transitions) == 0:
            return dict.fromkeys(METRICS, math.nan)
        count = self.config.updates_per_episode
        batches = self._draw(count, mastered)
        critic_losses, values, actor_losses = [], [], []
        is_joint = self.config.gradients == "joint"
        for index in range(count):
            self.updates += 1
            critic_loss, q = self._criticise(batches, index)
            critic_losses.append(critic_loss)
            values.append(q)
            if not is_joint:
                self._critic_optimizer.step()
            if self.updates % self.config.policy_delay == 0:
                actor_losses.append(self._improve(batches.inputs[index]))
                self._actor_optimizer.step()
            if is_joint:
                self._critic_optimizer.step()
            self._update_targets()
        q_values = torch.stack(values)
        return {
            "critic_loss": float(torch.stack(critic_losses).mean()),
            "actor_loss": float(torch.stack(actor_losses).mean()) if actor_losses else float("nan"),
            "q_mean": float(q_values.mean()),
            "q_min": float(q_values.min()),
            "q_max": float(q_values.max()),
            "unmoved_share": batches.unmoved_share,
        }

    def _draw(self, count: int, mastered: int = 0) -> Batches:
        """Draw the batches of `count` updates."""
        return self._drawer.draw(self.buffer, count, mastered, self._rng)

    def _criticise(self, batches: Batches, index: int) -> tuple[Tensor, Tensor]:
        """Set the gradients of the critics from one batch; return their loss and values."""
        next_inputs = batches.next_inputs[index]
        next_actions = self._target_actor.forward(next_inputs, keep=False)
        target = batches.rewards[index] + batches.discounts[index] * self._target_critic.least(
            next_inputs, next_actions
        )
        if self.config.bound_targets:
            target.clamp_(self.config.lowest_value, 0.0)
        return self._critic.regress(batches.inputs[index], batches.actions[index], target)

    def _improve(self, inputs: Tensor) -> Tensor:
        """Set the gradient of the actor; return its loss."""
        actions = self._actor.forward(inputs)
        values = self._critic.first(inputs, actions)
        of_values = torch.full_like(values, -1.0 / values.numel())
        of_cost = actions * (2.0 * self.config.action_l2 / actions.numel())
        self._actor.backward(self._critic.action_gradient(of_values) + of_cost)
        return -values.mean() + self.config.action_l2 * actions.square().mean()

    def _update_targets(self) -> None:
        for follower, online, rate, interval in self._followers:
            if self.updates % interval == 0:
                follower.values.lerp_(online.values, rate)


def find_device(name: str) -> torch.device:
    """Return the device of a name, where 'auto' is a GPU if torch finds one.

    Raises:
        ValueError: There is no such device here.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device is 'cuda' and torch finds no GPU; allowed: auto or cpu")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def _array(tensor: Tensor) -> NDArray[Any]:
    """Return a copy in the memory of the processor."""
    array: NDArray[Any] = tensor.cpu().numpy().copy()
    return array
