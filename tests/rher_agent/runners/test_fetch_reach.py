# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The whole loop in a world that nobody here wrote, where it is installed: FetchReach is learned in a few episodes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.presets import changed, preset
from rher_agent.runners.session import train
from rher_agent.worlds.gym_world import make_world

from .conftest import Told

pytest.importorskip("gymnasium_robotics", reason="requirements/fetch.txt is not installed")

EPISODES = 10
FRESH = 20


def test_fetch_reach_is_learned(tmp_path: Path):
    settings = {
        "learner_mode": "sync",
        "seed": 100,
        "trainer.max_episodes": EPISODES,
        "trainer.evaluation_episodes": FRESH,
        "trainer.final_evaluation_episodes": FRESH,
        "trainer.evaluation_interval": EPISODES // 2,
    }
    run = RunDirectory.create(tmp_path, "reach", resume=False)
    with closing(make_world("fetch_reach")) as world:
        summary = train(
            world,
            run,
            changed(preset("rher", "fetch_reach"), settings),
            resume=False,
            make_reporter=lambda _: Told(),
            should_stop=lambda: False,
        )
    assert summary.success_rate >= 0.9
    assert summary.world == "gym"
