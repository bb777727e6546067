# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The tutorial of docs/new-task.md, done as it says: two files, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import rher_agent.tasks
import rher_sim_bridge.tasks
from rher_agent.bench.cell import run_cell
from rher_agent.bench.matrix import Cell
from rher_agent.runners.config import ALGORITHMS
from rher_agent.runners.presets import changed, preset
from rher_sim_bridge.worlds.mujoco_world import make_world

from tests.rher_sim_bridge.worlds.solvers import solve

PAGE = Path(__file__).resolve().parent.parent / "docs" / "new-task.md"
SEEDS = range(12)
SHORT_RUN = {
    "learner_mode": "sync",
    "trainer.max_episodes": 2,
    "trainer.evaluation_episodes": 1,
    "trainer.final_evaluation_episodes": 1,
}


@pytest.fixture
def shelve(tmp_path, monkeypatch):
    """Put the two files of the page where Python finds them as if they were in their folders."""
    texts = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for package, text in zip((rher_agent.tasks, rher_sim_bridge.tasks), texts, strict=True):
        folder = tmp_path / package.__name__
        folder.mkdir()
        (folder / "shelve.py").write_text(text)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    yield make_world("shelve")
    for package in (rher_agent.tasks, rher_sim_bridge.tasks):
        sys.modules.pop(f"{package.__name__}.shelve", None)


def test_the_new_task_can_be_done(shelve):
    errors = []
    for seed in SEEDS:
        end = solve(shelve, seed)
        errors.append(np.linalg.norm(end.observation[shelve.task.layout.object_positions[0]] - end.desired_goal[0]))
        assert not end.stopped
    assert np.mean(np.array(errors) <= shelve.task.stages[-1].tolerance) >= 0.8


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_new_task_has_the_settings_that_the_page_says(shelve, algorithm):
    assert preset(algorithm, "shelve") == dataclasses.replace(preset(algorithm, "pick_and_place"), task="shelve")


def test_the_new_task_is_trained_as_any_other(shelve, tmp_path):
    config = changed(preset("rher", "shelve"), SHORT_RUN)
    run = run_cell(Cell("shelve", "rher", config, "rher_sim_bridge.worlds.mujoco_world:make_world"), tmp_path)
    assert json.loads((run / "summary.json").read_text())["episodes"] == 2
