# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A checkpoint is evaluated as often as asked, with the same result each time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rher_agent.runners.session import evaluate_checkpoint
from rher_agent.storage.checkpoint import CheckpointError


def test_a_checkpoint_is_evaluated_on_goals_of_its_own(make_run, world, config):
    run = make_run(max_episodes=1)
    run.train()
    told = type(run.told)()
    first, second = (evaluate_checkpoint(world, run.latest, config, told) for _ in range(2))
    assert told.summaries == [first, second]
    assert (first.mode, first.episodes, first.evaluation_episodes, first.updates) == ("evaluate", 2, 2, 0)
    assert first.env_steps == 2 * world.task.horizon
    assert replace(first, wall_s=0.0, env_steps_per_s=0.0, contact_rate=0.0) == replace(
        second, wall_s=0.0, env_steps_per_s=0.0, contact_rate=0.0
    )


def test_without_a_checkpoint_nothing_is_told(make_run, world, config):
    run = make_run()
    with pytest.raises(CheckpointError, match="no checkpoint at"):
        evaluate_checkpoint(world, run.latest, config, run.told)
    assert run.told.summaries == []
