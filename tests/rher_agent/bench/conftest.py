# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A matrix of two small runs, and an environment in which a new process finds the packages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

TWO_RUNS = """
settings:
  trainer.max_episodes: 2
  trainer.evaluation_interval: 1
  trainer.evaluation_episodes: 1
  trainer.final_evaluation_episodes: 1
  learner.hidden: 8
  learner.updates_per_episode: 2
entries:
  - {task: push, algorithm: rher, seeds: [0, 1], world: "rher_sim_bridge.worlds.mujoco_world:make_world"}
"""


@pytest.fixture
def matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of two runs."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    path = tmp_path / "two.yaml"
    path.write_text(TWO_RUNS)
    return path
