# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The actor and the critics."""

from __future__ import annotations

import torch
from torch import Tensor

from rher_agent.modules.action_shape import LEAST_NORM, Groups
from rher_agent.modules.mlp import Mlp, NetworkShape, Weights


class Actor:
    """A deterministic policy, each group of whose action entries lies in the unit ball.

    The output u of a group is squashed along its length, a = u tanh|u| / |u|, so that no direction is preferred:
    squashing each entry by itself would favour the diagonals and break the symmetry of the plane.
    """

    def __init__(self, input_size: int, groups: Groups, shape: NetworkShape) -> None:
        self.weights = Weights((input_size, groups[-1].stop), shape)
        self._network = Mlp(self.weights, 0)
        self._groups = groups

    def forward(self, inputs: Tensor, *, keep: bool = True) -> Tensor:
        """Map inputs (B, input_size) to actions (B, action_size), every group of norm below 1.

        Args:
            inputs: What the policy sees.
            keep: Whether backward may follow.
        """
        self._raw = self._network.forward(inputs, keep=keep)
        return squash(self._raw, self._groups)

    def backward(self, gradient: Tensor) -> None:
        """Set the gradients of the weights from that of the last actions, (B, action_size)."""
        self._network.backward(squash_gradient(self._raw, gradient, self._groups))


def squash(raw: Tensor, groups: Groups) -> Tensor:
    """Shorten every group of the entries of rows (B, n) to norm tanh|group|."""
    return torch.cat([raw[:, group] * _squashed_share(raw[:, group])[1] for group in groups], dim=1)


def squash_gradient(raw: Tensor, gradient: Tensor, groups: Groups) -> Tensor:
    """Return the gradient with respect to raw entries (B, n) from that with respect to squashed ones.

    With the share s(r) = tanh(r) / r of a group u of norm r, that is s g + (s'(r) / r) (u . g) u, where
    s'(r) = (1 - tanh(r)^2 - s) / r.
    """
    parts = []
    for group in groups:
        u, g = raw[:, group], gradient[:, group]
        norm, share = _squashed_share(u)
        slope = (1.0 - (share * norm).square() - share) / norm.square()
        parts.append(share * g + slope * (u * g).sum(dim=1, keepdim=True) * u)
    return torch.cat(parts, dim=1)


def _squashed_share(raw: Tensor) -> tuple[Tensor, Tensor]:
    """Return the norm r of rows and tanh(r) / r, shapes (B, 1)."""
    norm = torch.linalg.vector_norm(raw, dim=1, keepdim=True).clamp_min(LEAST_NORM)
    return norm, torch.tanh(norm) / norm


class Critics:
    """Independent action values of the same situations, two as a rule."""

    def __init__(
        self,
        input_size: int,
        action_size: int,
        shape: NetworkShape,
        *,
        members: int = 2,
        layer_norm: bool = False,
    ) -> None:
        self.weights = Weights((input_size + action_size, 1), shape, members)
        self._members = [Mlp(self.weights, member, layer_norm=layer_norm) for member in range(members)]
        self._input_size = input_size

    def least(self, inputs: Tensor, actions: Tensor) -> Tensor:
        """Return the least value of inputs (B, input_size) and actions (B, action_size) of all members, (B,)."""
        pairs = torch.cat((inputs, actions), dim=1)
        return torch.cat([member.forward(pairs, keep=False) for member in self._members], dim=1).amin(dim=1)

    def regress(self, inputs: Tensor, actions: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Set the gradients of the weights from the mean squared error of the values of all members.

        One member after the other, there and back, while its layers are in the cache.

        Args:
            inputs: What the policy sees, (B, input_size).
            actions: What it did, (B, action_size).
            target: What the values should be, (B,).

        Returns:
            The error, a scalar, and the values, (B, members).
        """
        pairs = torch.cat((inputs, actions), dim=1)
        values = target.new_empty(len(target), len(self._members))
        target = target[:, None]
        for index, member in enumerate(self._members):
            value = values[:, index : index + 1].copy_(member.forward(pairs))
            member.backward((value - target) * (2.0 / values.numel()))
        return (values - target).square().mean(), values

    def first(self, inputs: Tensor, actions: Tensor) -> Tensor:
        """Return the values of the first member alone, shape (B,), at its share of the cost."""
        return self._members[0].forward(torch.cat((inputs, actions), dim=1))[:, 0]

    def action_gradient(self, gradient: Tensor) -> Tensor:
        """Return the gradient of the actions (B, action_size) from that of the first member's last values, (B,)."""
        return self._members[0].input_gradient(gradient[:, None])[:, self._input_size :]
