# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The relay actor-critic: one actor and twin critics learn every stage of a task from all data by hindsight."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rher_agent.algorithms.acting import make_normalizer, make_view, masked_features
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.stage_guide import StageGuide
from rher_agent.modules.action_shape import action_groups
from rher_agent.modules.adam import Adam
from rher_agent.modules.mirror import Mirror, Signs
from rher_agent.modules.mlp import NetworkShape
from rher_agent.modules.networks import Actor, Critics
from rher_agent.modules.policy import Policy, PolicyWeights
from rher_agent.modules.view import Seen
from rher_agent.storage.episode import Episode
from rher_agent.storage.hindsight import HindsightSampler, Transitions
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_agent.tasks.stage_rules import Goals
from rher_agent.tasks.task import RelayTask, StageKind

METRICS = ("critic_loss", "actor_loss", "q_mean", "q_min", "q_max", "unmoved_share", "followed_share")
"""What learn tells."""


@dataclass(frozen=True, eq=False)
class Batches:
    """What U updates of B rows learn from."""

    inputs: Tensor
    """What the networks see, shape (U, B, input_size)."""
    next_inputs: Tensor
    """The same after the step."""
    actions: Tensor
    """Shape (U, B, action_size)."""
    rewards: Tensor
    """Shape (U, B)."""
    discounts: Tensor
    """What the value after the step counts, shape (U, B)."""
    guide_actions: Tensor
    """What the stage at hand would do, shape (U, B, action_size)."""
    has_guide: Tensor
    """Whether that is asked for and comes before the stage of the row, shape (U, B)."""
    unmoved_share: float
    """See Transitions."""


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
        self._view = make_view(task, config)
        self.encoder = self._view.encoder
        self._sampler = HindsightSampler(task, config.hindsight, gamma=config.gamma)
        self._mirror = Mirror(self.encoder) if config.mirror and task.planar_symmetry else None
        self._guide = StageGuide(task) if config.guide_weight > 0.0 else None
        self._normalizer = make_normalizer(self.encoder, config)
        weights = [
            config.reach_weight if stage.kind is StageKind.REACH else config.move_weight for stage in task.stages
        ]
        # The task itself is learned, whatever it is.
        weights[-1] = weights[-1] or config.move_weight
        self._stage_weights = np.array(weights)

        self._groups = action_groups(task, config.action_shape)
        self._device = find_device(config.device)
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
        self._lowest_value = -1.0 / (1.0 - config.gamma)

    def add(self, episode: Episode) -> None:
        """Store an episode."""
        self.buffer.add(episode)

    def policy(self, *, averaged: bool) -> Policy:
        """Return a frozen copy of the policy, of the averaged weights or of the online ones."""
        actor = self._average_actor if averaged else self._actor
        layers = tuple((_array(weight), _array(bias)) for weight, bias in actor.weights.layers[0])
        normalizer = copy.copy(self._normalizer)
        masked = masked_features(normalizer, self.config)
        return Policy(self._view, PolicyWeights(layers, normalizer, self._groups, masked))

    def values(self, observations: NDArray[np.float64], goals: Goals) -> NDArray[np.float32]:
        """Return what situations are worth to the averaged policy, the least of all critics, shape (B,).

        Args:
            observations: Shape (B, layout.size).
            goals: Of the stage of each.
        """
        seen = self._view.see(observations, goals)
        inputs = self._network_input(seen.features, seen.roles)
        return _array(self._critic.least(inputs, self._average_actor.forward(inputs, keep=False)))

    def state(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return everything but the episodes, as arrays by dotted name and as plain values."""
        arrays = {f"{name}.{key}": _array(part) for name, parts in self._parts().items() for key, part in parts.items()}
        arrays["normalizer.total"] = self._normalizer.total
        arrays["normalizer.total_square"] = self._normalizer.total_square
        plain = {
            "updates": self.updates,
            "normalizer_count": self._normalizer.count,
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
        self._normalizer.load(plain["normalizer_count"], arrays["normalizer.total"], arrays["normalizer.total_square"])
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
            mastered: Index of the highest stage mastered; those before it are left out where that is asked for.

        Returns:
            Means over the updates of METRICS; NaN when there is nothing to learn from.
        """
        if len(self.buffer.transitions) == 0:
            return dict.fromkeys(METRICS, math.nan)
        count = self.config.updates_per_episode
        batches = self._draw(count, mastered)
        critic_losses, values, actor_losses, followed = [], [], [], []
        is_joint = self.config.gradients == "joint"
        for index in range(count):
            self.updates += 1
            critic_loss, q = self._criticise(batches, index)
            critic_losses.append(critic_loss)
            values.append(q)
            if not is_joint:
                self._critic_optimizer.step()
            if self.updates % self.config.policy_delay == 0:
                actor_loss, followed_share = self._improve(batches, index)
                actor_losses.append(actor_loss)
                followed.append(followed_share)
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
            "followed_share": float(torch.stack(followed).mean()) if followed else float("nan"),
        }

    def _draw(self, count: int, mastered: int = 0) -> Batches:
        """Draw the batches of `count` updates."""
        stages = self._draw_stages(count, mastered)
        batch = self._sampler.sample(self.buffer, stages, self._rng)
        seen = self._view.see(batch.observations, batch.goals)
        next_seen = self._view.see(batch.next_observations, batch.goals)
        features, next_features = seen.features, next_seen.features
        actions = self._view.actions(batch.actions.astype(np.float32), seen)
        signs = None
        if self._mirror is not None:
            signs = self._mirror.draw(len(stages), self._rng)
            actions = self._mirror.actions(actions, signs)
            features = self._mirror.features(features, signs)
            next_features = self._mirror.features(next_features, signs)
        if self.config.normalize:
            self._normalizer.update(features[: self.config.batch_size])

        # Where all is lost every further step costs 1, and there is nothing to look ahead to.
        rewards = np.where(batch.lost, self._lowest_value, batch.rewards)
        discounts = np.where(batch.lost, 0.0, batch.discounts)

        def per_update(rows: Tensor) -> Tensor:
            return rows.view(count, self.config.batch_size, *rows.shape[1:])

        guide_actions, has_guide = self._ask_guide(batch, seen, signs)
        return Batches(
            inputs=per_update(self._network_input(features, seen.roles)),
            next_inputs=per_update(self._network_input(next_features, next_seen.roles)),
            actions=per_update(self._tensor(actions)),
            rewards=per_update(self._tensor(rewards)),
            discounts=per_update(self._tensor(discounts)),
            guide_actions=per_update(self._tensor(guide_actions)),
            has_guide=per_update(self._tensor(has_guide)) > 0.0,
            unmoved_share=batch.unmoved_share,
        )

    def _ask_guide(
        self, batch: Transitions, seen: Seen, signs: Signs | None
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return what the averaged policy of the stage at hand would do, (B, action_size), and where it is asked, (B,).

        Args:
            batch: The rows.
            seen: How the networks see the rows; actions are of the same frame.
            signs: By which axes the rows are mirrored.
        """
        actions = np.zeros(batch.actions.shape, dtype=np.float32)
        is_asked = np.zeros(len(actions), dtype=bool)
        if self._guide is None:
            return actions, is_asked
        rows, goals = self._guide.goals(batch)
        seen_by_guide = self._view.see(batch.observations[rows], goals)
        features = seen_by_guide.features
        if self._mirror is not None and signs is not None:
            features = self._mirror.features(features, signs[rows])
        inputs = self._network_input(features, seen_by_guide.roles).split(self.config.batch_size)
        found = np.concatenate([_array(self._average_actor.forward(part, keep=False)) for part in inputs])
        actions[rows] = self._view.actions_back(found, seen_by_guide)
        is_asked[rows] = True
        return self._view.actions(actions, seen), is_asked

    def _network_input(self, features: NDArray[np.float32], roles: NDArray[np.int64]) -> Tensor:
        """Return what the networks are given of features (B, size) of roles (B,), shape (B, input_size)."""
        masked = masked_features(self._normalizer, self.config)
        return self._tensor(self.encoder.mask_and_tag(self._normalizer.normalize(features), roles, masked))

    def _tensor(self, rows: NDArray[Any]) -> Tensor:
        return torch.from_numpy(rows.astype(np.float32, copy=False)).to(self._device)

    def _draw_stages(self, count: int, mastered: int) -> NDArray[np.int64]:
        """Draw the stage of every row of `count` batches, shape (count * batch_size,)."""
        first = {"all": 0, "unmastered": mastered, "last": len(self._stage_weights) - 1}[self.config.learned_stages]
        shares = np.where(np.arange(len(self._stage_weights)) < first, 0.0, self._stage_weights)
        shares /= shares.sum()
        if self.config.batch_stages == "mixed":
            rows = count * self.config.batch_size
            return self._rng.choice(len(shares), size=rows, p=shares)
        order = np.flatnonzero(shares)[::-1]
        return np.repeat(order[np.arange(count) % len(order)], self.config.batch_size)

    def _criticise(self, batches: Batches, index: int) -> tuple[Tensor, Tensor]:
        """Set the gradients of the critics from one batch; return their loss and values."""
        next_inputs = batches.next_inputs[index]
        next_actions = self._target_actor.forward(next_inputs, keep=False)
        target = batches.rewards[index] + batches.discounts[index] * self._target_critic.least(
            next_inputs, next_actions
        )
        if self.config.bound_targets:
            target.clamp_(self._lowest_value, 0.0)
        return self._critic.regress(batches.inputs[index], batches.actions[index], target)

    def _improve(self, batches: Batches, index: int) -> tuple[Tensor, Tensor]:
        """Set the gradient of the actor from one batch; return its loss and the share of rows that follow a guide."""
        inputs = batches.inputs[index]
        actions = self._actor.forward(inputs)
        guide_values = self._value_guide(batches, index)
        values = self._critic.first(inputs, actions)
        of_values = torch.full_like(values, -1.0 / values.numel())
        of_cost = actions * (2.0 * self.config.action_l2 / actions.numel())
        follows = (guide_values > values).to(values.dtype)
        away = (actions - batches.guide_actions[index]) * follows[:, None]
        of_away = away * (2.0 * self.config.guide_weight / away.numel())
        self._actor.backward(self._critic.action_gradient(of_values) + of_cost + of_away)
        cost = self.config.action_l2 * actions.square().mean() + self.config.guide_weight * away.square().mean()
        return cost - values.mean(), follows.mean()

    def _value_guide(self, batches: Batches, index: int) -> Tensor:
        """Return what the first critic makes of what the guide would do, minus infinity where there is none, (B,)."""
        nothing = torch.full_like(batches.rewards[index], -math.inf)
        if self._guide is None:
            return nothing
        values = self._critic.first(batches.inputs[index], batches.guide_actions[index], keep=False)
        return torch.where(batches.has_guide[index], values, nothing)

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
