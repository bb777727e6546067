# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A policy comes back from its checkpoint as it was, or not at all."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from rher_agent.algorithms.learner import Learner
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.runners.config import RunConfig
from rher_agent.runners.local_learner import (
    LearnerSetup,
    LocalLearner,
    export_policy,
    load_policy,
    load_start,
    saved_config,
)
from rher_agent.storage.checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint
from rher_agent.storage.episode import Episode
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import StageRules
from safetensors.numpy import save

TASK = PushTask()
LATEST = "latest.safetensors"


def episode(seed: int, steps: int = 20) -> Episode:
    rng = np.random.default_rng(seed)
    observations = np.cumsum(rng.normal(0.0, 0.01, (steps + 1, TASK.layout.size)), axis=0)
    return Episode(observations, rng.uniform(-0.7, 0.7, (steps, 2)), np.zeros((1, 3)), np.ones(steps, dtype=bool))


def make_setup(folder: Path, config: RunConfig, *, resume: bool = False) -> LearnerSetup:
    return LearnerSetup(config, TASK, folder / "episodes.log", folder, resume)


def learn(learner: Learner, *numbers: int) -> None:
    for number in numbers:
        learner.learn(episode(number), {"number": number})
        learner.save({"number": number}, keep=number == 1)


@pytest.fixture
def folder(tmp_path: Path, config: RunConfig) -> Path:
    """A run of two episodes."""
    with closing(LocalLearner(make_setup(tmp_path, config))) as learner:
        learn(learner, 0, 1)
    return tmp_path


def test_the_stage_that_is_mastered_reaches_the_learner_where_what_comes_before_is_left_out(
    tmp_path: Path, config: RunConfig, monkeypatch: pytest.MonkeyPatch
):
    told: list[int] = []
    learn_on = RelayLearner.learn

    def learn_and_tell(learner: RelayLearner, mastered: int = 0) -> dict[str, float]:
        told.append(mastered)
        return learn_on(learner, mastered)

    monkeypatch.setattr(RelayLearner, "learn", learn_and_tell)
    window = config.exploration.mastery_window
    for name, learned_stages in (("all", "all"), ("rest", "unmastered")):
        run = replace(config, learner=replace(config.learner, learned_stages=learned_stages))
        folder = tmp_path / name
        folder.mkdir()
        with closing(LocalLearner(make_setup(folder, run))) as learner:
            for reach, move in ((False, False), (True, False), (True, True)):
                learner.learn(episode(0), {"mastery": [[reach] * window, [move] * window]})
    assert told == [0, 0, 0, 0, 0, 1]
    rewrite(folder / LATEST, updates_due=True)
    LocalLearner(make_setup(folder, run, resume=True)).close()
    assert told[6:] == [1], "the updates that were due when it was killed are made of the same stages"


def rewrite(path: Path, **changes: object) -> None:
    """Change the plain part of a checkpoint."""
    found = load_checkpoint(path, task="push")
    save_checkpoint(path, Checkpoint("push", found.arrays, {**found.state, **changes}))


def test_a_loaded_policy_acts_like_the_averaged_one(tmp_path: Path, config: RunConfig):
    with closing(LocalLearner(make_setup(tmp_path, config))) as learner:
        learn(learner, 0, 1)
        averaged, online = learner.policy(averaged=True), learner.policy(averaged=False)
    loaded = load_policy(tmp_path / LATEST, "push")
    rules, different = StageRules(TASK), False
    for row in episode(9).observations:
        for stage in (0, 1):
            goals = rules.goals(row[None], np.zeros((1, 1, 3)), np.full((1, 1, 3), 0.1), np.array([stage]))
            assert np.array_equal(loaded.act(row, goals), averaged.act(row, goals))
            different |= not np.array_equal(loaded.act(row, goals), online.act(row, goals))
    assert different
    assert saved_config(tmp_path / LATEST, "push") == config


def test_an_exported_policy_acts_the_same_and_is_small(folder: Path, config: RunConfig, tmp_path: Path):
    exported = tmp_path / "policy.safetensors"
    export_policy(folder / LATEST, exported)
    assert exported.stat().st_size < (folder / LATEST).stat().st_size / 5
    whole, alone = load_policy(folder / LATEST, "push"), load_policy(exported, "push")
    rules = StageRules(TASK)
    for row in episode(9).observations:
        goals = rules.goals(row[None], np.zeros((1, 1, 3)), np.full((1, 1, 3), 0.1), np.array([1]))
        assert np.array_equal(whole.act(row, goals), alone.act(row, goals))
    with pytest.raises(CheckpointError, match="holds a policy alone; allowed: a file of a run"):
        load_start(exported, config)


def test_an_exported_policy_replaces_nothing_and_no_run_goes_on_with_it(
    folder: Path, config: RunConfig, tmp_path: Path
):
    with pytest.raises(FileExistsError, match=r"latest.safetensors' exists; allowed: the name of a new file"):
        export_policy(folder / LATEST, folder / LATEST)
    export_policy(folder / LATEST, tmp_path / "policy.safetensors")
    (tmp_path / "policy.safetensors").replace(folder / LATEST)
    with pytest.raises(CheckpointError, match="holds a policy alone"):
        LocalLearner(make_setup(folder, config, resume=True))


def test_a_policy_with_an_array_missing_is_refused(folder: Path):
    found = load_checkpoint(folder / LATEST)
    del found.arrays["average_actor.0.bias.1"]
    save_checkpoint(folder / LATEST, found)
    with pytest.raises(CheckpointError, match=r"average_actor.0.bias.1 is of shape None; allowed: \(\d+,\)"):
        load_policy(folder / LATEST, "push")


def test_a_checkpoint_that_stays_is_not_rewritten(folder: Path, config: RunConfig):
    kept = (folder / "episode_000002.safetensors").read_bytes()
    with closing(LocalLearner(make_setup(folder, config, resume=True))) as learner:
        assert learner.restored == {"number": 1}
        learn(learner, 2)
    assert (folder / "episode_000002.safetensors").read_bytes() == kept
    assert load_checkpoint(folder / "episode_000002.safetensors", task="push").state["episodes"] == 2
    assert load_checkpoint(folder / LATEST, task="push").state["episodes"] == 3


class PowerCutError(Exception):
    """In place of a power cut."""


def test_a_run_that_is_cut_off_in_its_updates_loses_neither_the_episode_nor_them(
    folder: Path, config: RunConfig, monkeypatch
):
    with closing(LocalLearner(make_setup(folder, config, resume=True))) as learner, monkeypatch.context() as cut:
        cut.setattr(RelayLearner, "learn", Mock(side_effect=PowerCutError))
        with pytest.raises(PowerCutError):
            learner.learn(episode(2), {"number": 2})
    with closing(LocalLearner(make_setup(folder, config, resume=True))) as learner:
        assert learner.restored == {"number": 2}
        learner.save({"number": 2}, keep=False)
    cut_off = load_checkpoint(folder / LATEST)
    assert cut_off.state["episodes"] == 3

    whole = folder / "whole"
    whole.mkdir()
    with closing(LocalLearner(make_setup(whole, config))) as learner:
        learn(learner, 0, 1, 2)
    expected = load_checkpoint(whole / LATEST)
    assert cut_off.state["learner"] == expected.state["learner"]
    for name, array in expected.arrays.items():
        np.testing.assert_array_equal(cut_off.arrays[name], array)


def test_a_missing_checkpoint_is_refused(folder: Path):
    with pytest.raises(CheckpointError, match="no checkpoint at"):
        load_policy(folder / "nowhere.safetensors", "push")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_checkpoint_is_refused(folder: Path, share: float):
    path = folder / LATEST
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(CheckpointError, match="truncated or damaged"):
        load_policy(path, "push")


def test_a_checkpoint_of_another_task_is_refused(folder: Path):
    found = load_checkpoint(folder / LATEST, task="push")
    save_checkpoint(folder / LATEST, Checkpoint("stack", found.arrays, found.state))
    with pytest.raises(CheckpointError, match="is of task 'stack'; allowed: 'push'"):
        load_policy(folder / LATEST, "push")


def test_weights_of_another_program_are_refused(folder: Path):
    (folder / LATEST).write_bytes(save({"actor.0.weight.2": np.zeros((16, 2))}))
    with pytest.raises(CheckpointError, match="is not a checkpoint of format"):
        load_policy(folder / LATEST, "push")


@pytest.mark.parametrize("run", [{"task": "push", "colour": "red"}, {"seed": -1}, {"learner": {"hidden": 2}}])
def test_settings_that_this_version_does_not_know_are_refused(folder: Path, run: dict):
    rewrite(folder / LATEST, run=run)
    with pytest.raises(CheckpointError, match="holds settings that this version does not know"):
        load_policy(folder / LATEST, "push")


def test_weights_that_do_not_fit_their_settings_are_refused(folder: Path, config: RunConfig):
    wide = replace(config, learner=replace(config.learner, hidden=32))
    with pytest.raises(CheckpointError, match=r"actor\.0\.weight\.0 is of shape \(24, 16\); allowed: \(24, 32\)"):
        LocalLearner(make_setup(folder, wide, resume=True))
    rewrite(folder / LATEST, learner={})
    with pytest.raises(CheckpointError, match="does not fit"):
        load_policy(folder / LATEST, "push")


def test_a_log_with_fewer_episodes_than_learned_is_refused(folder: Path, config: RunConfig):
    (folder / "episodes.log").unlink()
    with pytest.raises(CheckpointError, match="holds 0 episodes; the checkpoint was made after 2"):
        LocalLearner(make_setup(folder, config, resume=True))


def test_learns_the_task_that_is_acted_in_and_not_the_published_one(tmp_path: Path, config: RunConfig):
    longer = PushTask(replace(TASK.parameters, horizon=TASK.horizon + 30))
    with closing(LocalLearner(replace(make_setup(tmp_path, config), task=longer))) as learner:
        learner.learn(episode(0, steps=longer.horizon), {})
        assert learner.updates == config.learner.updates_per_episode
