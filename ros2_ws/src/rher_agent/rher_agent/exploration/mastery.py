# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How well each stage is done, estimated from training episodes: a real arm cannot afford test episodes."""

from __future__ import annotations

from collections import deque

import numpy as np


class Mastery:
    """The success of each stage over its last episodes.

    Attributes:
        outcomes: For each stage its last outcomes, newest last.
    """

    def __init__(self, stages: int, *, window: int) -> None:
        """Start with no outcome, which counts as no success.

        Args:
            stages: Number of stages.
            window: Outcomes remembered for each stage.

        Raises:
            ValueError: The window is not positive.
        """
        if window < 1:
            raise ValueError(f"window is {window} episodes; allowed: 1 or more")
        self.outcomes = [deque[bool](maxlen=window) for _ in range(stages)]

    def record(self, stage: int, success: bool) -> None:
        """Add the outcome of an episode in which the stage had its chance."""
        self.outcomes[stage].append(success)

    def state(self) -> list[list[bool]]:
        """Return the outcomes as plain values."""
        return [[bool(outcome) for outcome in outcomes] for outcomes in self.outcomes]

    def load_state(self, state: list[list[bool]]) -> None:
        """Set what state returned."""
        for outcomes, values in zip(self.outcomes, state, strict=True):
            outcomes.clear()
            outcomes.extend(values)

    def success(self, stage: int) -> float:
        """Return the success of a stage, 0 to 1, one imaginary failure included: luck is not mastery."""
        outcomes = self.outcomes[stage]
        return float(np.sum(outcomes)) / (len(outcomes) + 1.0)

    def share(self, stage: int) -> float:
        """Return the share of a stage's outcomes that are successes, 0 to 1; 0 when there are none."""
        outcomes = self.outcomes[stage]
        return float(np.mean(outcomes)) if outcomes else 0.0

    def highest(self, threshold: float) -> int:
        """Return the highest stage whose success, and that of all before it, is at least the threshold; else 0.

        What comes late in a task is seldom at hand while what comes before is not learned, and then mostly by luck.
        """
        failing = (stage for stage in range(len(self.outcomes)) if self.success(stage) < threshold)
        return max(next(failing, len(self.outcomes)) - 1, 0)
