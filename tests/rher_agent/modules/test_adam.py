# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The step on one vector is that of torch's optimiser."""

from __future__ import annotations

import torch
from rher_agent.modules.adam import Adam


def test_steps_are_those_of_torch():
    torch.manual_seed(0)
    values, gradient = torch.randn(20), torch.empty(20)
    expected = values.clone().requires_grad_()
    theirs = torch.optim.Adam([expected], 0.01)
    ours = Adam(values, gradient, 0.01)
    for _ in range(5):
        gradient.copy_(torch.randn(20))
        expected.grad = gradient.clone()
        ours.step()
        theirs.step()
    assert torch.allclose(values, expected.detach(), atol=1e-6)
    assert ours.moments["step"] == 5.0
