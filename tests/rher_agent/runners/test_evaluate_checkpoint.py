# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A checkpoint is judged on goals of its own, the same each time, and can be interrupted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import yaml
from rher_agent.exploration.sges import Choice
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.local_learner import load_policy
from rher_agent.runners.session import evaluate_checkpoint
from rher_agent.storage.checkpoint import CheckpointError
from rher_agent.worlds.world import WorldError


@pytest.fixture
def trained(make_run):
    """A run of one episode."""
    run = make_run(max_episodes=1)
    run.train()
    return run


def evaluate(trained, world, config, tmp_path, name, *, stop_after=None):
    """Return the summary and what was told after each episode; reports go to those of the run that was trained."""
    told, trained.told.evaluated, trained.told.choices = [], [], []
    summary = evaluate_checkpoint(
        world,
        RunDirectory.create(tmp_path, name, resume=False),
        trained.latest,
        load_policy(trained.latest, config.task),
        config,
        trained.told,
        tell=lambda number, episode: told.append((number, episode)),
        before_episode=lambda: None,
        should_stop=lambda: len(told) == stop_after,
        show_choice=trained.told.choices.append,
    )
    return summary, told


def test_the_same_checkpoint_is_judged_the_same(trained, world, config, tmp_path):
    (first, told), (second, again) = (evaluate(trained, world, config, tmp_path, name) for name in ("one", "two"))
    assert trained.told.summaries[-2:] == [first, second]
    assert (first.mode, first.episodes, first.evaluation_episodes, first.updates) == ("evaluate", 2, 2, 0)
    assert first.env_steps == 2 * world.task.horizon
    assert replace(first, wall_s=0.0, env_steps_per_s=0.0, contact_rate=0.0) == replace(
        second, wall_s=0.0, env_steps_per_s=0.0, contact_rate=0.0
    )
    assert [number for number, _ in told] == [1, 2]
    assert [episode.goal_distance for _, episode in told] == [episode.goal_distance for _, episode in again]
    assert (tmp_path / "one" / "config.yaml").is_file()
    for episode in trained.told.judgements[-1].episodes:
        assert episode.starts.shape == episode.ends.shape == episode.goals.shape == (1, 3)
        assert episode.goal_distance == pytest.approx(np.linalg.norm(episode.ends - episode.goals))


def test_who_looks_hears_of_each_goal_and_who_acts_in_each_step(trained, world, config, tmp_path):
    _, told = evaluate(trained, world, config, tmp_path, "alone")
    assert trained.told.evaluated == [(1, 2, 0), (2, 2, int(told[0][1].success))]
    assert trained.told.choices == [Choice(1, guided=False)] * (2 * world.task.horizon)
    guided = replace(config, trainer=replace(config.trainer, evaluation_guide=1.0))
    evaluate(trained, world, guided, tmp_path, "guided")
    assert trained.told.choices[0] == Choice(0, guided=True)


def test_an_interrupted_evaluation_says_so_and_meets_no_target(trained, world, config, tmp_path):
    lenient = replace(config, trainer=replace(config.trainer, target_success=0.01))
    summary, told = evaluate(trained, world, lenient, tmp_path, "cut", stop_after=1)
    assert len(told) == summary.evaluation_episodes == 1
    assert summary.interrupted
    assert not summary.reached_target


class FailingWorld:
    """Fails at the second reset."""

    def __init__(self, world):
        self.resets, self._world = 0, world

    def __getattr__(self, name):
        return getattr(self._world, name)

    def reset(self, **options):
        self.resets += 1
        if self.resets == 2:
            raise WorldError("the simulator is gone")
        return self._world.reset(**options)


def test_what_was_judged_before_the_world_failed_is_kept(trained, world, config, tmp_path):
    with pytest.raises(WorldError, match="the simulator is gone"):
        evaluate(trained, FailingWorld(world), config, tmp_path, "failed")
    summary, judgement = trained.told.summaries[-1], trained.told.judgements[-1]
    assert summary.interrupted
    assert summary.evaluation_episodes == len(judgement.episodes) == 1


def test_the_run_tells_what_was_judged_and_how_that_was_learned(trained, world, config, tmp_path):
    other = replace(config, seed=9, algorithm="her", learner=replace(config.learner, hidden=8))
    summary, _ = evaluate(trained, world, other, tmp_path, "other")
    written = yaml.safe_load((tmp_path / "other" / "config.yaml").read_text())
    assert written["checkpoint"] == str(trained.latest)
    assert (written["run"]["algorithm"], written["run"]["learner"]["hidden"]) == ("rher", config.learner.hidden)
    assert written["run"]["seed"] == summary.seed == 9
    assert summary.algorithm == "rher"


def test_without_a_checkpoint_there_is_no_policy(make_run, config):
    with pytest.raises(CheckpointError, match="no checkpoint at"):
        load_policy(make_run().latest, config.task)
