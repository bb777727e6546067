# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The actor for acting: one observation at a time, in plain numpy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.encoder import RelayEncoder
from rher_agent.modules.normalizer import Normalizer
from rher_agent.tasks.stage_rules import Goals
from rher_agent.worlds.state import Vector

Layers = tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]


@dataclass(frozen=True, eq=False)
class PolicyWeights:
    """A frozen copy of what acting needs."""

    layers: Layers
    """(weight (out, in), bias (out,)) of each layer, the output last."""
    normalizer: Normalizer


class Policy:
    """The deterministic policy of every stage. A framework call for one row costs more than the row itself."""

    def __init__(self, encoder: RelayEncoder, weights: PolicyWeights) -> None:
        self._encoder = encoder
        self._weights = weights

    def act(self, observation: NDArray[np.float64], goals: Goals) -> Vector:
        """Return the action for one observation (size,) with goals of one row; shape (action_size,), norm below 1."""
        features = self._encoder.features(observation[None], goals)
        x = self._encoder.mask_and_tag(self._weights.normalizer.normalize(features), goals.stages)[0]
        *hidden, (weight, bias) = self._weights.layers
        for hidden_weight, hidden_bias in hidden:
            x = np.maximum(hidden_weight @ x + hidden_bias, 0.0)
        raw = (weight @ x + bias).astype(np.float64)
        norm = math.sqrt(float(raw @ raw))
        squashed: Vector = raw * (math.tanh(norm) / max(norm, 1e-6))
        return squashed
