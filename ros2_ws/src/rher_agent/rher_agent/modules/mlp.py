# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Layers of neurons whose gradients are written out, over weights that lie in one vector.

At three layers of 128 and batches of 256, autograd, fresh memory and an optimiser that goes from tensor to tensor take
longer than the matrix products. Here every product goes to memory allocated once, and one call of the optimiser or of
an average serves a whole network.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

LAYER_NORM_EPSILON = 1e-5
"""Least variance of a layer that is normalised."""


@dataclass(frozen=True)
class NetworkShape:
    """What all networks of a learner have in common."""

    hidden: int
    """Width of every hidden layer."""
    layers: int
    """Hidden layers."""
    device: torch.device
    """Where the weights lie."""
    initial_weights: str
    """How they are drawn, see LearnerConfig."""


class Weights:
    """The weights and biases of networks of one shape in one vector, and their gradients in another.

    Attributes:
        values: All of them, shape (size,).
        gradient: Of the loss, of the same shape.
        layers: Of each network the (weight (fan in, fan out), bias (fan out,)) of each layer, parts of `values`.
        gradients: The same parts of `gradient`.
    """

    def __init__(self, ends: tuple[int, int], shape: NetworkShape, networks: int = 1) -> None:
        """Draw them at random.

        Args:
            ends: Sizes of input and output.
            shape: Of every network.
            networks: How many.
        """
        hidden, layers, device = shape.hidden, shape.layers, shape.device
        widths = [ends[0], *[hidden] * layers, ends[1]]
        size = networks * sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(widths))
        self.values = torch.empty(size, device=device)
        self.gradient = torch.zeros(size, device=device)
        self.layers = _parts(self.values, widths, networks)
        self.gradients = _parts(self.gradient, widths, networks)
        for network in self.layers:
            for weight, bias in network:
                bounds = _bounds(len(weight), len(bias), shape.initial_weights)
                for part, bound in zip((weight, bias), bounds, strict=True):
                    part.copy_(torch.empty(part.shape).uniform_(-bound, bound))

    def named(self) -> dict[str, Tensor]:
        """Return the parts by name, such as '0.weight.2': of the first network the third layer."""
        return {
            f"{network}.{kind}.{layer}": part
            for network, layers in enumerate(self.layers)
            for layer, parts in enumerate(layers)
            for kind, part in zip(("weight", "bias"), parts, strict=True)
        }


def _bounds(fan_in: int, fan_out: int, initial_weights: str) -> tuple[float, float]:
    """Return within which bounds weights and biases are drawn uniformly."""
    if initial_weights == "glorot":
        return math.sqrt(6.0 / (fan_in + fan_out)), 0.0
    bound = 1.0 / math.sqrt(fan_in)
    return bound, bound


def _parts(vector: Tensor, widths: Sequence[int], networks: int) -> list[list[tuple[Tensor, Tensor]]]:
    found, start = [], 0
    for _ in range(networks):
        layers = []
        for fan_in, fan_out in pairwise(widths):
            bias = start + fan_in * fan_out
            layers.append((vector[start:bias].view(fan_in, fan_out), vector[bias : bias + fan_out]))
            start = bias + fan_out
        found.append(layers)
    return found


class Mlp:
    """One network: affine layers with rectifiers between them."""

    def __init__(self, weights: Weights, network: int, *, layer_norm: bool = False) -> None:
        """Use the weights of one of the networks.

        Args:
            weights: Of all networks.
            network: Which one.
            layer_norm: Whether hidden layers are scaled to zero mean and unit deviation before the rectifier.
        """
        self._layers = weights.layers[network]
        self._transposed = [weight.T for weight, _ in self._layers]
        self._gradients = weights.gradients[network]
        self._layer_norm = layer_norm
        self._rows = 0

    def forward(self, inputs: Tensor, *, keep: bool = True) -> Tensor:
        """Map inputs (B, size) to outputs (B, n), which the next call overwrites.

        Args:
            inputs: Of the network.
            keep: Whether hidden layers are kept, without which no gradient may be asked for; else they take turns in
                the memory of two, which stays in the cache.
        """
        if len(inputs) != self._rows:
            self._allocate(len(inputs))
        self._inputs = x = inputs
        last = len(self._layers) - 1
        for index, (weight, bias) in enumerate(self._layers):
            x = torch.addmm(bias, x, weight, out=self._affine[index if keep or index == last else index % 2])
            if index < last:
                if self._layer_norm:
                    x, *self._scales[index] = torch.native_layer_norm(x, x.shape[1:], None, None, LAYER_NORM_EPSILON)
                self._hidden[index] = torch.relu_(x)
        return x

    def backward(self, gradient: Tensor) -> None:
        """Set the gradients of the weights.

        Args:
            gradient: Of the loss with respect to the outputs of the last forward call, shape (B, n).
        """
        for index in reversed(range(len(self._layers))):
            of_weight, of_bias = self._gradients[index]
            below = self._hidden[index - 1] if index else self._inputs
            torch.mm(below.T, gradient, out=of_weight)
            torch.sum(gradient, 0, out=of_bias)
            if index:
                gradient = self._through_layer(index, gradient)

    def input_gradient(self, gradient: Tensor) -> Tensor:
        """Return the gradient with respect to the inputs, (B, size), which the next call overwrites.

        Args:
            gradient: Of the loss with respect to the outputs of the last forward call, shape (B, n).
        """
        for index in reversed(range(1, len(self._layers))):
            gradient = self._through_layer(index, gradient)
        return torch.mm(gradient, self._transposed[0], out=self._back[0])

    def _through_layer(self, index: int, gradient: Tensor) -> Tensor:
        """Turn the gradient above a layer into that above the layer below it."""
        back = torch.mm(gradient, self._transposed[index], out=self._back[index])
        torch.ops.aten.threshold_backward.grad_input(back, self._hidden[index - 1], 0.0, grad_input=back)
        if self._layer_norm:
            before, scales = self._affine[index - 1], self._scales[index - 1]
            no_gain = (before.shape[1:], *scales, None, None, (True, False, False))
            back = torch.ops.aten.native_layer_norm_backward(back, before, *no_gain)[0]
        return back

    def _allocate(self, rows: int) -> None:
        """Make room for batches of some rows."""
        self._rows = rows
        self._affine = [weight.new_empty(rows, weight.shape[1]) for weight, _ in self._layers]
        self._back = [weight.new_empty(rows, weight.shape[0]) for weight, _ in self._layers]
        self._hidden = list(self._affine[:-1])
        self._scales: list[list[Tensor]] = [[] for _ in self._hidden]
