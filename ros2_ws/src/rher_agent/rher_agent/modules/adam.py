# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Adam (Kingma and Ba 2015) on one vector."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.optim.adam import adam

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
"""As published."""


class Adam:
    """Calls torch's fused Adam; its optimiser class spends longer on looking after parameter groups than on the step.

    Attributes:
        moments: By name: `step`, a scalar; `mean` and `square` of the gradient, shaped as the vector.
    """

    def __init__(self, values: Tensor, gradient: Tensor, learning_rate: float) -> None:
        """Look after a vector and its gradient, which are changed and read in place."""
        self.moments = {
            "step": torch.zeros((), device=values.device),
            "mean": torch.zeros_like(values),
            "square": torch.zeros_like(values),
        }
        self._values, self._gradient = values, gradient
        self._learning_rate = learning_rate

    def step(self) -> None:
        """Move the vector against its gradient."""
        adam(
            [self._values],
            [self._gradient],
            [self.moments["mean"]],
            [self.moments["square"]],
            [],
            [self.moments["step"]],
            fused=True,
            amsgrad=False,
            beta1=BETA1,
            beta2=BETA2,
            lr=self._learning_rate,
            weight_decay=0.0,
            eps=EPSILON,
            maximize=False,
        )
