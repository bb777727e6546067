# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Reports of an imaginary run, with numbers that tell where they came from."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import pytest
from rher_agent.runners.reports import EpisodeReport


@pytest.fixture
def make_episode() -> Callable[..., EpisodeReport]:
    """Return a maker of the report of an episode; its learner's figures are tenths of the episode."""

    def make(episode: int, **changes: object) -> EpisodeReport:
        report = EpisodeReport(
            episode=episode,
            env_steps=50 * episode,
            updates=80 * episode,
            wall_s=0.5 * episode,
            success=episode % 2 == 0,
            strict_success=episode % 4 == 0,
            solo=episode % 5 == 0,
            practice=episode % 3 == 0,
            contact=episode > 2,
            guide_share_before=0.5,
            guide_share_after=math.nan if episode <= 2 else 0.25,
            clipped_share=0.01,
            age_mean=0.07,
            step_duration=0.1,
            stopped=False,
            stage_success=(1.0, episode / 1000.0),
            guide_stage=0,
            learner={
                "critic_loss": 0.1 * episode,
                "actor_loss": 0.2 * episode,
                "q_mean": -0.1 * episode,
                "q_min": -1.0 * episode,
                "q_max": 0.01 * episode,
                "unmoved_share": 0.3,
            },
        )
        return dataclasses.replace(report, **changes)  # type: ignore[arg-type]  # the keys are the caller's

    return make
