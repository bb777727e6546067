# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Reports of an imaginary run, with numbers that tell where they came from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rher_agent.runners.reports import EvaluationReport, RunSummary


@pytest.fixture
def make_evaluation() -> Callable[..., EvaluationReport]:
    """Return a maker of the report of an evaluation."""

    def make(episode: int, success_rate: float = 0.5) -> EvaluationReport:
        return EvaluationReport(
            episode=episode,
            env_steps=50 * episode,
            updates=80 * episode,
            wall_s=0.5 * episode + 2.0,
            evaluation_episodes=50,
            success_rate=success_rate,
            strict_success_rate=success_rate / 2.0,
            clipped_share=0.02,
        )

    return make


@pytest.fixture
def summary() -> RunSummary:
    """The end of a run that met its target."""
    return RunSummary(
        task="push",
        algorithm="rher",
        seed=3,
        world="ros",
        mode="train",
        episodes=143,
        env_steps=7150,
        wall_s=112.4,
        env_steps_per_s=63.6,
        updates=11440,
        success_rate=0.975,
        strict_success_rate=0.81,
        evaluation_episodes=200,
        target_success=0.95,
        reached_target=True,
        episodes_to_target=143,
        env_steps_to_target=7150,
        wall_s_to_target=110.0,
        clipped_share=0.004,
        shortened_share=0.02,
        contact_rate=0.93,
    )
