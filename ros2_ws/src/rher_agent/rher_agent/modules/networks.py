# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The actor and the twin critics."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from rher_agent.modules.action_shape import Groups


class Actor(nn.Module):
    """A deterministic policy, each group of whose action entries lies in the unit ball.

    The output u of a group is squashed along its length, a = u tanh|u| / |u|, so that no direction is preferred:
    squashing each entry by itself would favour the diagonals and break the symmetry of the plane.
    """

    def __init__(self, input_size: int, groups: Groups, hidden: int, layers: int) -> None:
        super().__init__()
        widths = [input_size] + [hidden] * layers
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
        self.output = nn.Linear(hidden, groups[-1].stop)
        self._groups = groups

    def forward(self, inputs: Tensor) -> Tensor:
        """Map inputs (B, input_size) to actions (B, action_size), every group of norm below 1."""
        return squash(self.raw(inputs), self._groups)

    def raw(self, inputs: Tensor) -> Tensor:
        """Map inputs (B, input_size) to actions before squashing, (B, action_size)."""
        x = inputs
        for layer in self.hidden:
            x = torch.relu_(layer(x))
        output: Tensor = self.output(x)
        return output


def squash(raw: Tensor, groups: Groups) -> Tensor:
    """Shorten every group of the entries of rows (B, n) to norm tanh|group|."""
    parts = [_squash_one(raw[:, group]) for group in groups]
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)


def _squash_one(raw: Tensor) -> Tensor:
    norm = torch.linalg.vector_norm(raw, dim=1, keepdim=True).clamp_min(1e-6)
    return raw * (torch.tanh(norm) / norm)


class TwinCritic(nn.Module):
    """Independent action values, two as a rule, in one batched network, a quarter cheaper than two side by side."""

    def __init__(
        self,
        input_size: int,
        action_size: int,
        hidden: int,
        layers: int,
        *,
        members: int = 2,
        layer_norm: bool = False,
    ) -> None:
        super().__init__()
        self._layer_norm = layer_norm
        widths = [input_size + action_size] + [hidden] * layers + [1]
        self.weights = nn.ParameterList()
        self.biases = nn.ParameterList()
        for fan_in, fan_out in pairwise(widths):
            bound = 1.0 / math.sqrt(fan_in)
            self.weights.append(nn.Parameter(torch.empty(members, fan_in, fan_out).uniform_(-bound, bound)))
            self.biases.append(nn.Parameter(torch.empty(members, 1, fan_out).uniform_(-bound, bound)))

    def forward(self, inputs: Tensor, actions: Tensor) -> Tensor:
        """Map inputs (B, input_size) and actions (B, action_size) to values (members, B)."""
        return self._values(inputs, actions, list(self.weights), list(self.biases))

    def first(self, inputs: Tensor, actions: Tensor) -> Tensor:
        """Return the values of the first member alone, shape (B,), at its share of the cost."""
        weights, biases = ([part[:1] for part in parts] for parts in (self.weights, self.biases))
        return self._values(inputs, actions, weights, biases)[0]

    def _values(self, inputs: Tensor, actions: Tensor, weights: list[Tensor], biases: list[Tensor]) -> Tensor:
        x = torch.cat((inputs, actions), dim=1).expand(len(weights[0]), -1, -1)
        last = len(weights) - 1
        for index, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            x = torch.baddbmm(bias, x, weight)
            if index < last:
                x = torch.relu_(nn.functional.layer_norm(x, x.shape[2:]) if self._layer_norm else x)
        return x.squeeze(2)
