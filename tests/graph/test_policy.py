# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The policy node with real processes: what it refuses, how it is interrupted, killed and resumed."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import torch
import yaml
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.storage.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from rher_agent.storage.episode_log import EpisodeLog
from rher_agent.tasks.registry import make_task

pytestmark = pytest.mark.graph

SMALL = {
    "learner.hidden": 16,
    "learner.updates_per_episode": 3,
    "trainer.evaluation_interval": 1,
    "trainer.evaluation_episodes": 1,
    "trainer.target_success": 1.0,
}
"""A learner so small that a run is mostly acting, and that says something after every episode."""


@pytest.fixture
def checkpoint(tmp_path):
    """A checkpoint of the push task, and one like it whose task has another name."""
    arrays, _ = RelayLearner(make_task("push"), LearnerConfig(hidden=8), seed=0).state()
    path = tmp_path / "push.safetensors"
    save_checkpoint(path, Checkpoint("push", arrays, {}))
    save_checkpoint(tmp_path / "stack.safetensors", Checkpoint("stack", arrays, {}))
    (tmp_path / "cut.safetensors").write_bytes(path.read_bytes()[:-100])
    (tmp_path / "a_file").write_text("not a folder")
    return path


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"task": "juggle"}, "unknown task 'juggle'; allowed: double_push"),
        ({"algorithm": "sac"}, "algorithm is 'sac'; allowed: rher, rher_paper, rher_torch, her, her_ebp"),
        ({"trainer.max_episodes": -3}, "trainer.max_episodes is -3; allowed: 1 to 1000000"),
        ({"learner.gamma": 1.5}, "learner.gamma is 1.5; allowed: 0.5 to 0.999"),
        ({"learner.gama": 0.9}, "unknown parameter learner.gama; allowed: algorithm, checkpoint, "),
        pytest.param(
            {"learner.device": "cuda"},
            "learner.device is 'cuda' and torch finds no GPU; allowed: auto or cpu",
            marks=pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU"),
        ),
        ({"exploration.practice_probability": 0.5}, "exploration.practice_probability is 0.5; allowed for 'push': 0"),
        ({"mode": "sleep"}, "mode is 'sleep'; allowed: train, evaluate"),
        ({"mode": "evaluate"}, "checkpoint is empty"),
        ({"mode": "evaluate", "checkpoint": "a", "resume": "true"}, "resume goes with mode train"),
        ({"mode": "evaluate", "checkpoint": "{}/no.safetensors"}, "no checkpoint at '{}/no.safetensors'; allowed:"),
        ({"mode": "evaluate", "checkpoint": "{}/cut.safetensors"}, "is truncated or damaged"),
        ({"mode": "evaluate", "checkpoint": "{}/stack.safetensors"}, "is of task 'stack'; allowed: 'push'"),
        ({"checkpoint": "a", "resume": "true", "output": "b"}, "checkpoint goes with a new run; one that is resumed"),
        ({"checkpoint": "{}/no.safetensors"}, "no checkpoint at '{}/no.safetensors'; allowed:"),
        ({"output": "{}/a_file/run"}, "cannot write to {}/a_file/run: Not a directory; choose another output"),
        ({"output": "{}"}, "{} is in use; choose another output, or go on with it: resume:=true"),
        ({"output": "{}/none", "resume": "true"}, "{}/none holds no run to resume; allowed: the output of an earlier"),
    ],
)
def test_bad_settings_are_refused_in_one_line(start_policy, checkpoint, tmp_path, parameters, message):
    def filled(value):
        return value.format(tmp_path) if isinstance(value, str) else value

    settings = {"output": tmp_path / "run"} | {name: filled(value) for name, value in parameters.items()}
    code, output = start_policy(**settings).finish()
    assert code == 2, output
    lines = [line for line in output.splitlines() if line]
    assert len(lines) == 1
    assert lines[0].startswith("policy_node: ")
    assert filled(message) in lines[0]


def logged_episodes(run):
    with (run / "episodes.csv").open() as file:
        return [int(row["episode"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize("learner_mode", ["sync", "async"])
def test_interrupted_run_is_saved_and_says_so(start_sim, start_policy, tmp_path, learner_mode):
    start_sim()
    policy = start_policy(output=tmp_path / "run", learner_mode=learner_mode, **SMALL)
    policy.read_until("episode 1/")
    code, output = policy.interrupt()
    assert code == 0, output
    assert "Interrupted after" in output
    assert "resume:=true" in output
    assert "Traceback" not in output
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["interrupted"]
    saved = load_checkpoint(tmp_path / "run" / "checkpoints" / "latest.safetensors", task="push")
    assert saved.state["episodes"] == summary["episodes"] >= 1


@pytest.mark.parametrize("learner_mode", ["sync", "async"])
def test_killed_run_is_resumed_and_has_lost_at_most_the_running_episode(
    start_sim, start_policy, tmp_path, learner_mode
):
    start_sim()
    run = tmp_path / "run"
    killed = start_policy(output=run, learner_mode=learner_mode, **SMALL)
    killed.read_until("episode 3/")
    killed.kill()
    # The log is free when the learner beside the killed policy has finished what it was given.
    EpisodeLog(run / "episodes.log", make_task("push")).close()
    before = load_checkpoint(run / "checkpoints" / "latest.safetensors", task="push")
    assert before.state["episodes"] >= logged_episodes(run)[-1], "an episode that was told of is lost"

    goal = before.state["episodes"] + 2
    settings = SMALL | {"trainer.max_episodes": goal, "trainer.final_evaluation_episodes": 1}
    code, output = start_policy(output=run, learner_mode=learner_mode, resume="true", **settings).finish()
    assert code == 3, output
    assert logged_episodes(run) == list(range(1, goal + 1))
    after = load_checkpoint(run / "checkpoints" / "latest.safetensors", task="push")
    assert after.state["episodes"] == goal
    assert not np.array_equal(after.arrays["actor.0.weight.3"], before.arrays["actor.0.weight.3"])


def test_the_algorithm_chooses_the_settings_and_others_change_them(start_sim, start_policy, tmp_path):
    start_sim()
    settings = SMALL | {"trainer.max_episodes": 1, "trainer.final_evaluation_episodes": 1, "exploration.noise": 0.1}
    code, output = start_policy(output=tmp_path / "run", algorithm="her", **settings).finish()
    assert code == 3, output
    run = yaml.safe_load((tmp_path / "run" / "config.yaml").read_text())["run"]
    assert (run["algorithm"], run["learner"]["critics"], run["learner"]["hidden"]) == ("her", 1, 16)
    assert (run["exploration"]["guide_probability"], run["exploration"]["noise"]) == (0.0, 0.1)
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["algorithm"] == "her"
