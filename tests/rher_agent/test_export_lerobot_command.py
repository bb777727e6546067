# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The command that makes a dataset of LeRobot of a run."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rher_agent import export_lerobot_command
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.storage.episode import Episode
from rher_agent.storage.episode_log import EpisodeLog
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.tasks.registry import make_relay_task

IS_INSTALLED = importlib.util.find_spec("pandas") is not None and importlib.util.find_spec("pyarrow") is not None
installed = pytest.mark.skipif(not IS_INSTALLED, reason="requirements/lerobot.txt is not installed")


def make_run(root: Path, task: PushTask) -> RunDirectory:
    """Return a run of two episodes."""
    run = RunDirectory.create(root, "run", resume=False)
    run.write_config({"run": {"task": task.name}})
    run.keep_task(task.parameters, resume=False)
    observations, actions = np.zeros((4, task.layout.size)), np.zeros((3, task.action_size))
    with EpisodeLog(run.log, task) as log:
        for _ in range(2):
            log.append(Episode(observations, actions, np.zeros((1, 3)), np.ones(3, dtype=bool)))
    return run


@installed
def test_the_command_writes_a_dataset_and_tells_of_it(tmp_path, capsys):
    run = make_run(tmp_path, PushTask())
    output = tmp_path / "dataset"
    export_lerobot_command.main(["export_lerobot", str(run.path), str(output)])
    assert capsys.readouterr().out == f"{output}: 2 episodes of push\n"
    assert json.loads((output / "meta" / "info.json").read_text())["robot_type"] == "ur5e"


@installed
def test_the_command_says_what_is_wrong(tmp_path):
    with pytest.raises(SystemExit, match=r"export_lerobot: .*config.yaml"):
        export_lerobot_command.main(["export_lerobot", str(tmp_path / "none"), str(tmp_path / "dataset")])
    run = make_run(tmp_path, PushTask())
    run.write_config({"run": {"task": "juggle"}})
    with pytest.raises(SystemExit, match=r"unknown task 'juggle'; allowed: .*push"):
        export_lerobot_command.main(["export_lerobot", str(run.path), str(tmp_path / "dataset")])
    run.write_config({})
    with pytest.raises(SystemExit, match=r"names no task; allowed: the config\.yaml of a run"):
        export_lerobot_command.main(["export_lerobot", str(run.path), str(tmp_path / "dataset")])
    assert not (tmp_path / "dataset").exists()


@pytest.mark.skipif(IS_INSTALLED, reason="requirements/lerobot.txt is installed")
def test_the_command_says_what_it_needs(tmp_path):
    with pytest.raises(SystemExit, match=r"install requirements/lerobot\.txt"):
        export_lerobot_command.main(["export_lerobot", str(tmp_path), str(tmp_path / "dataset")])


def test_a_task_has_the_geometry_of_its_run(tmp_path):
    parameters = replace(PushParameters(), tolerance=0.03, center=(0.45, 0.05))
    run = make_run(tmp_path, PushTask(parameters))
    task = export_lerobot_command.task_of(run)
    assert isinstance(task, PushTask)
    assert task.parameters == parameters


def test_a_run_that_keeps_no_geometry_has_that_of_today(tmp_path):
    run = make_run(tmp_path, PushTask())
    run.task.unlink()
    task = export_lerobot_command.task_of(run)
    assert isinstance(task, PushTask)
    assert task.parameters == PushParameters()


@pytest.mark.parametrize("content", ["", "weight: 3.0\n", "a: [1"])
def test_a_geometry_that_is_not_understood_is_refused(tmp_path, content):
    run = make_run(tmp_path, PushTask())
    run.task.write_text(content)
    with pytest.raises(ValueError, match=r"(?s)does not fit push: .*; allowed: the task\.yaml of this version"):
        export_lerobot_command.task_of(run)


def test_a_task_without_an_arm_is_found_too(tmp_path):
    run = RunDirectory.create(tmp_path, "run", resume=False)
    run.write_config({"run": {"task": "fetch_push"}})
    assert export_lerobot_command.task_of(run).name == make_relay_task("fetch_push").name
