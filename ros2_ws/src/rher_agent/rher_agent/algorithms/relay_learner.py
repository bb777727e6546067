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

from rher_agent.algorithms.config import LearnerConfig
from rher_agent.modules.absolute_encoder import AbsoluteEncoder
from rher_agent.modules.action_shape import action_groups
from rher_agent.modules.canonical_frame import CanonicalFrame
from rher_agent.modules.encoder import RelayEncoder
from rher_agent.modules.mirror import Mirror
from rher_agent.modules.networks import Actor, TwinCritic
from rher_agent.modules.normalizer import Normalizer
from rher_agent.modules.policy import Policy, PolicyWeights
from rher_agent.storage.episode import Episode
from rher_agent.storage.hindsight import HindsightSampler
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_agent.tasks.task import RelayTask, StageKind

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
        self.buffer = ReplayBuffer(task, config.capacity)
        self.updates = 0
        self._rng = np.random.default_rng(seed)
        self.encoder = RelayEncoder(task) if config.view == "relative" else AbsoluteEncoder(task)
        self._sampler = HindsightSampler(task, config.hindsight, gamma=config.gamma)
        self._frame = CanonicalFrame(self.encoder) if config.symmetry and task.planar_symmetry else None
        self._mirror = Mirror(self.encoder) if config.mirror and task.planar_symmetry else None
        self._normalizer = Normalizer(self.encoder.size, epsilon=config.normalizer_epsilon, clip=config.normalizer_clip)
        weights = [
            config.reach_weight if stage.kind is StageKind.REACH else config.move_weight for stage in task.stages
        ]
        if not np.sum(weights) > 0.0:
            raise ValueError(f"reach_weight is {config.reach_weight}; allowed where no stage moves: more than 0")
        self._stage_shares = np.array(weights) / np.sum(weights)

        self._groups = action_groups(task, config.action_shape)
        sizes = (config.hidden, config.layers)
        self._actor = Actor(self.encoder.input_size, self._groups, *sizes)
        self._critic = TwinCritic(
            self.encoder.input_size,
            task.action_size,
            *sizes,
            members=config.critics,
            layer_norm=config.layer_norm,
        )
        self._target_actor, self._target_critic = copy.deepcopy(self._actor), copy.deepcopy(self._critic)
        self._average_actor = copy.deepcopy(self._actor)
        self._actor_optimizer = torch.optim.Adam(self._actor.parameters(), config.learning_rate, fused=True)
        self._critic_optimizer = torch.optim.Adam(self._critic.parameters(), config.learning_rate, fused=True)
        self._followers: tuple[tuple[list[Tensor], list[Tensor], float, int], ...] = tuple(
            (list(target.parameters()), list(online.parameters()), rate, interval)
            for target, online, rate, interval in (
                (self._average_actor, self._actor, config.average_rate, 1),
                (self._target_actor, self._actor, config.target_rate, config.target_interval),
                (self._target_critic, self._critic, config.target_rate, config.target_interval),
            )
        )
        self._lowest_value = -1.0 / (1.0 - config.gamma)

    def add(self, episode: Episode) -> None:
        """Store an episode."""
        self.buffer.add(episode)

    def policy(self, *, averaged: bool) -> Policy:
        """Return a frozen copy of the policy, of the averaged weights or of the online ones."""
        actor = self._average_actor if averaged else self._actor
        layers = tuple(
            (layer.weight.detach().numpy().copy(), layer.bias.detach().numpy().copy())
            for layer in (*actor.hidden, actor.output)
        )
        return Policy(self.encoder, self._frame, PolicyWeights(layers, copy.copy(self._normalizer), self._groups))

    def state(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return everything but the episodes, as arrays by dotted name and as plain values."""
        arrays = {
            f"{name}.{key}": value.detach().numpy().copy()
            for name, module in self._modules()
            for key, value in module.state_dict().items()
        }
        for name, optimizer in self._optimizers():
            for index, moments in optimizer.state_dict()["state"].items():
                arrays.update({f"{name}.{index}.{key}": value.numpy().copy() for key, value in moments.items()})
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
        try:
            for name, module in self._modules():
                prefix = f"{name}."
                found = {key[len(prefix) :]: torch.tensor(a) for key, a in arrays.items() if key.startswith(prefix)}
                module.load_state_dict(found)
        except RuntimeError as error:
            raise ValueError(
                f"the weights do not fit networks of {self.config.layers} x {self.config.hidden}"
            ) from error
        for name, optimizer in self._optimizers():
            prefix = f"{name}."
            moments: dict[int, dict[str, Tensor]] = {}
            for key, array in arrays.items():
                if key.startswith(prefix):
                    index, moment = key[len(prefix) :].split(".")
                    moments.setdefault(int(index), {})[moment] = torch.tensor(array)
            optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
        self.updates = plain["updates"]
        self._normalizer.load(plain["normalizer_count"], arrays["normalizer.total"], arrays["normalizer.total_square"])
        self._rng.bit_generator.state = plain["generator"]

    def _modules(self) -> tuple[tuple[str, torch.nn.Module], ...]:
        return (
            ("actor", self._actor),
            ("critic", self._critic),
            ("target_actor", self._target_actor),
            ("target_critic", self._target_critic),
            ("average_actor", self._average_actor),
        )

    def _optimizers(self) -> tuple[tuple[str, torch.optim.Optimizer], ...]:
        return (("actor_optimizer", self._actor_optimizer), ("critic_optimizer", self._critic_optimizer))

    def learn(self) -> dict[str, float]:
        """Make the updates that are due after an episode.

        All transitions are drawn and relabelled in one vectorised call, a quarter of the cost of one call per update.

        Returns:
            Means over the updates: critic_loss, actor_loss, q_mean, q_min, q_max, unmoved_share; NaN when there is
            nothing to learn from.
        """
        if len(self.buffer.transitions) == 0:
            return dict.fromkeys(METRICS, math.nan)
        count = self.config.updates_per_episode
        inputs, next_inputs, actions, rewards, discounts, unmoved_share = self._draw(count)
        critic_losses, values, actor_losses = [], [], []
        for index in range(count):
            self.updates += 1
            critic_loss, q = self._update_critic(
                inputs[index], next_inputs[index], actions[index], rewards[index], discounts[index]
            )
            critic_losses.append(critic_loss)
            values.append(q)
            if self.updates % self.config.policy_delay == 0:
                actor_losses.append(self._update_actor(inputs[index]))
            self._update_targets()
        q_values = torch.stack(values)
        return {
            "critic_loss": float(torch.stack(critic_losses).mean()),
            "actor_loss": float(torch.stack(actor_losses).mean()) if actor_losses else float("nan"),
            "q_mean": float(q_values.mean()),
            "q_min": float(q_values.min()),
            "q_max": float(q_values.max()),
            "unmoved_share": unmoved_share,
        }

    def _draw(self, count: int) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, float]:
        """Draw the batches of `count` updates: inputs, next inputs, actions, rewards, discounts, the update first."""
        stages = self._draw_stages(count)
        batch = self._sampler.sample(self.buffer, stages, self._rng)
        features = self.encoder.features(batch.observations, batch.goals)
        next_features = self.encoder.features(batch.next_observations, batch.goals)
        actions = batch.actions.astype(np.float32)
        if self._frame is not None:
            frame, next_frame = self._frame.find(features, stages), self._frame.find(next_features, stages)
            actions = self._frame.actions(actions, frame)
            features = self._frame.features(features, frame)
            next_features = self._frame.features(next_features, next_frame)
        if self._mirror is not None:
            signs = self._mirror.draw(len(stages), self._rng)
            actions = self._mirror.actions(actions, signs)
            features = self._mirror.features(features, signs)
            next_features = self._mirror.features(next_features, signs)
        if self.config.normalize:
            self._normalizer.update(features[: self.config.batch_size])

        # Where all is lost every further step costs 1, and the bound on targets leaves it at that sum.
        rewards = np.where(batch.lost, self._lowest_value, batch.rewards)

        def network_input(raw: NDArray[np.float32]) -> Tensor:
            masked = self.encoder.mask_and_tag(self._normalizer.normalize(raw), stages)
            return torch.from_numpy(masked).view(count, self.config.batch_size, -1)

        return (
            network_input(features),
            network_input(next_features),
            torch.from_numpy(actions).view(count, self.config.batch_size, -1),
            torch.from_numpy(rewards.astype(np.float32)).view(count, self.config.batch_size),
            torch.from_numpy(batch.discounts.astype(np.float32)).view(count, self.config.batch_size),
            batch.unmoved_share,
        )

    def _draw_stages(self, count: int) -> NDArray[np.int64]:
        """Draw the stage of every row of `count` batches, shape (count * batch_size,)."""
        if self.config.batch_stages == "mixed":
            rows = count * self.config.batch_size
            return self._rng.choice(len(self._stage_shares), size=rows, p=self._stage_shares)
        order = np.flatnonzero(self._stage_shares)[::-1]
        return np.repeat(order[np.arange(count) % len(order)], self.config.batch_size)

    def _update_critic(
        self, inputs: Tensor, next_inputs: Tensor, actions: Tensor, rewards: Tensor, discounts: Tensor
    ) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            next_value = self._target_critic(next_inputs, self._target_actor(next_inputs)).amin(dim=0)
            target = rewards + discounts * next_value
            if self.config.bound_targets:
                target.clamp_(self._lowest_value, 0.0)
        values = self._critic(inputs, actions)
        loss = torch.nn.functional.mse_loss(values, target.expand_as(values))
        self._critic_optimizer.zero_grad()
        loss.backward()
        self._critic_optimizer.step()
        return loss.detach(), values.detach()

    def _update_actor(self, inputs: Tensor) -> Tensor:
        for parameter in self._critic.parameters():
            parameter.requires_grad_(False)
        actions = self._actor(inputs)
        loss = -self._critic.first(inputs, actions).mean() + self.config.action_l2 * actions.square().mean()
        self._actor_optimizer.zero_grad()
        loss.backward()
        self._actor_optimizer.step()
        for parameter in self._critic.parameters():
            parameter.requires_grad_(True)
        return loss.detach()

    def _update_targets(self) -> None:
        with torch.no_grad():
            for target, online, rate, interval in self._followers:
                if self.updates % interval == 0:
                    torch._foreach_lerp_(target, online, rate)
