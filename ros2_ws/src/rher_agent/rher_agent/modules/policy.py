# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The actor for acting: one observation at a time, in plain numpy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.action_shape import LEAST_NORM, Groups
from rher_agent.modules.normalizer import Normalizer
from rher_agent.modules.view import View
from rher_agent.tasks.stage_rules import Goals
from rher_agent.worlds.state import Vector

Layers = tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]


@dataclass(frozen=True, eq=False)
class PolicyWeights:
    """A frozen copy of what acting needs."""

    layers: Layers
    """(weight (in, out), bias (out,)) of each layer, the output last."""
    normalizer: Normalizer
    groups: Groups
    """Entries of the action that are squashed together."""
    masked: NDArray[np.float32] | None = None
    """What masked features are set to, shape (features,); None for 0."""


class Policy:
    """The deterministic policy of every stage. A framework call for one row costs more than the row itself."""

    def __init__(self, view: View, weights: PolicyWeights) -> None:
        self._view = view
        self._weights = weights

    def act(self, observation: NDArray[np.float64], goals: Goals) -> Vector:
        """Return the action for one observation (size,) with goals of one row; shape (action_size,)."""
        seen = self._view.see(observation[None], goals)
        normalized = self._weights.normalizer.normalize(seen.features)
        x = self._view.encoder.mask_and_tag(normalized, seen.roles, self._weights.masked)
        *hidden, (weight, bias) = self._weights.layers
        for hidden_weight, hidden_bias in hidden:
            x = np.maximum(x @ hidden_weight + hidden_bias, 0.0)
        raw = x @ weight + bias
        action = np.empty_like(raw)
        for group in self._weights.groups:
            part = raw[:, group]
            norm = math.sqrt(float(part[0] @ part[0]))
            action[:, group] = part * (math.tanh(norm) / max(norm, LEAST_NORM))
        return self._view.actions_back(action, seen)[0].astype(np.float64)
