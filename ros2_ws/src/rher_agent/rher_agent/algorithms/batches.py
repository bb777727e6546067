# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the updates of the learner learn from: transitions drawn, relabelled, seen, mirrored and normalised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rher_agent.algorithms.acting import make_normalizer, make_view, masked_features
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.modules.mirror import Mirror
from rher_agent.storage.hindsight import HindsightSampler
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_agent.tasks.task import RelayTask, StageKind


@dataclass(frozen=True, eq=False)
class Batches:
    """What U updates of B rows learn from."""

    inputs: Tensor
    """What the networks see, shape (U, B, input_size)."""
    next_inputs: Tensor
    """The same after the step."""
    actions: Tensor
    """What was done, in the frame in which the networks see the row, shape (U, B, action_size)."""
    rewards: Tensor
    """Shape (U, B)."""
    discounts: Tensor
    """What the value after the step counts, shape (U, B)."""
    unmoved_share: float
    """Share of the relabelled rows of MOVE stages whose object never moved in the episode."""


class BatchDrawer:
    """Draws batches from a replay buffer.

    Attributes:
        view: How the networks see the task.
        normalizer: Of the features, from the first batch of every draw.
    """

    def __init__(self, task: RelayTask, config: LearnerConfig, device: torch.device) -> None:
        """Take the task whose transitions are drawn, and where the batches go."""
        self._config = config
        self._device = device
        self.view = make_view(task, config)
        self.normalizer = make_normalizer(self.view.encoder, config)
        self._sampler = HindsightSampler(task, config.hindsight, gamma=config.gamma)
        self._mirror = Mirror(self.view.encoder) if config.mirror and task.planar_symmetry else None
        weights = [
            config.reach_weight if stage.kind is StageKind.REACH else config.move_weight for stage in task.stages
        ]
        # The task itself is learned, whatever it is.
        weights[-1] = weights[-1] or config.move_weight
        self._stage_weights = np.array(weights)

    def draw(self, buffer: ReplayBuffer, count: int, mastered: int, rng: np.random.Generator) -> Batches:
        """Draw the batches of `count` updates and add the first of them to the normaliser, for which one is enough.

        Args:
            buffer: Where from.
            count: Number of updates.
            mastered: Index of the highest stage mastered; learned_stages 'unmastered' leaves out those before it.
            rng: Draws.

        Raises:
            ValueError: The buffer holds nothing to learn from.
        """
        stages = self._draw_stages(count, mastered, rng)
        batch = self._sampler.sample(buffer, stages, rng)
        seen = self.view.see(batch.observations, batch.goals)
        next_seen = self.view.see(batch.next_observations, batch.goals)
        features, next_features = seen.features, next_seen.features
        actions = self.view.actions(batch.actions.astype(np.float32), seen)
        if self._mirror is not None:
            signs = self._mirror.draw(len(stages), rng)
            actions = self._mirror.actions(actions, signs)
            features = self._mirror.features(features, signs)
            next_features = self._mirror.features(next_features, signs)
        if self._config.normalize:
            self.normalizer.update(features[: self._config.batch_size])

        # Where all is lost every further step costs 1, and there is nothing to look ahead to.
        rewards = np.where(batch.lost, self._config.lowest_value, batch.rewards)
        discounts = np.where(batch.lost, 0.0, batch.discounts)

        def per_update(rows: Tensor) -> Tensor:
            return rows.view(count, self._config.batch_size, *rows.shape[1:])

        return Batches(
            inputs=per_update(self.network_input(features, seen.roles)),
            next_inputs=per_update(self.network_input(next_features, next_seen.roles)),
            actions=per_update(self._tensor(actions)),
            rewards=per_update(self._tensor(rewards)),
            discounts=per_update(self._tensor(discounts)),
            unmoved_share=batch.unmoved_share,
        )

    def network_input(self, features: NDArray[np.float32], roles: NDArray[np.int64]) -> Tensor:
        """Return what the networks are given of features (B, size) of roles (B,), shape (B, input_size)."""
        masked = masked_features(self.normalizer, self._config)
        return self._tensor(self.view.encoder.mask_and_tag(self.normalizer.normalize(features), roles, masked))

    def _tensor(self, rows: NDArray[Any]) -> Tensor:
        return torch.from_numpy(rows.astype(np.float32, copy=False)).to(self._device)

    def _draw_stages(self, count: int, mastered: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw the stage of every row of `count` batches, shape (count * batch_size,)."""
        first = {"all": 0, "unmastered": mastered, "last": len(self._stage_weights) - 1}[self._config.learned_stages]
        shares = np.where(np.arange(len(self._stage_weights)) < first, 0.0, self._stage_weights)
        shares /= shares.sum()
        if self._config.batch_stages == "mixed":
            rows = count * self._config.batch_size
            return rng.choice(len(shares), size=rows, p=shares)
        order = np.flatnonzero(shares)[::-1]
        return np.repeat(order[np.arange(count) % len(order)], self._config.batch_size)
