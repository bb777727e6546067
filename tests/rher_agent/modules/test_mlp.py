# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Gradients written out against autograd, and weights in one vector."""

from __future__ import annotations

import copy
import itertools

import pytest
import torch
from rher_agent.modules.mlp import LAYER_NORM_EPSILON, Mlp, NetworkShape, Weights
from torch import Tensor

CPU = torch.device("cpu")
INPUTS, HIDDEN, OUTPUTS = 5, 16, 3


def weights_of(layers: int, networks: int = 2) -> Weights:
    torch.manual_seed(0)
    return Weights((INPUTS, OUTPUTS), NetworkShape(HIDDEN, layers, CPU, "fan_in"), networks)


def plain_forward(layers: list[tuple[Tensor, Tensor]], inputs: Tensor, *, layer_norm: bool) -> Tensor:
    """The same network in the words of autograd."""
    x = inputs
    for index, (weight, bias) in enumerate(layers):
        x = x @ weight + bias
        if index + 1 < len(layers):
            x = torch.relu(torch.nn.functional.layer_norm(x, x.shape[1:], eps=LAYER_NORM_EPSILON) if layer_norm else x)
    return x


@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_outputs_and_gradients_are_those_of_autograd(layers: int, layer_norm: bool):
    weights = weights_of(layers)
    network = Mlp(weights, 1, layer_norm=layer_norm)
    for rows in (7, 4):
        inputs, upper = torch.randn(rows, INPUTS), torch.randn(rows, OUTPUTS)
        watched = [(w.clone().requires_grad_(), b.clone().requires_grad_()) for w, b in weights.layers[1]]
        watched_inputs = inputs.clone().requires_grad_()
        expected = plain_forward(watched, watched_inputs, layer_norm=layer_norm)
        of_inputs, *of_parts = torch.autograd.grad(expected, [watched_inputs, *itertools.chain(*watched)], upper)

        assert torch.allclose(network.forward(inputs, keep=False), expected, atol=1e-6)
        assert torch.allclose(network.forward(inputs), expected, atol=1e-6)
        network.backward(upper)
        for found, of_part in zip(itertools.chain(*weights.gradients[1]), of_parts, strict=True):
            assert torch.allclose(found, of_part, atol=1e-5)
        network.forward(inputs)
        assert torch.allclose(network.input_gradient(upper), of_inputs, atol=1e-5)
        assert not any(part.any() for parts in weights.gradients[0] for part in parts), "the other has no part in it"


def test_all_weights_lie_in_one_vector_and_each_has_a_name():
    weights = weights_of(2)
    named = weights.named()
    assert {name: tuple(part.shape) for name, part in named.items() if name.startswith("1.")} == {
        "1.weight.0": (INPUTS, HIDDEN),
        "1.bias.0": (HIDDEN,),
        "1.weight.1": (HIDDEN, HIDDEN),
        "1.bias.1": (HIDDEN,),
        "1.weight.2": (HIDDEN, OUTPUTS),
        "1.bias.2": (OUTPUTS,),
    }
    assert sum(part.numel() for part in named.values()) == len(weights.values)
    weights.values.copy_(torch.arange(len(weights.values), dtype=torch.float32))
    found = torch.cat([part.flatten() for part in named.values()])
    assert torch.equal(found.sort().values, weights.values), "every entry is part of one tensor"


def test_weights_are_drawn_within_the_root_of_the_fan_in():
    named = weights_of(3).named()
    assert named["0.weight.0"].abs().max() <= INPUTS**-0.5
    assert 0.9 * HIDDEN**-0.5 < named["0.weight.1"].abs().max() <= HIDDEN**-0.5
    assert not torch.equal(named["0.weight.1"], named["1.weight.1"])


def test_weights_of_glorot_lie_within_the_root_of_six_over_both_fans_and_biases_are_zero():
    named = Weights((INPUTS, OUTPUTS), NetworkShape(HIDDEN, 3, CPU, "glorot")).named()
    for name, (fan_in, fan_out) in {"0.weight.0": (INPUTS, HIDDEN), "0.weight.1": (HIDDEN, HIDDEN)}.items():
        bound = (6.0 / (fan_in + fan_out)) ** 0.5
        assert 0.9 * bound < named[name].abs().max() <= bound
    assert not any(part.any() for name, part in named.items() if "bias" in name)


def test_a_copy_has_weights_of_its_own():
    weights = weights_of(1)
    network = Mlp(weights, 0)
    inputs = torch.randn(4, INPUTS)
    before = network.forward(inputs).clone()
    other_weights, other = copy.deepcopy((weights, network))
    other_weights.values.zero_()
    assert not other.forward(inputs).any(), "the network of the copy uses the weights of the copy"
    assert torch.equal(network.forward(inputs), before)
