# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""When a run stops, and what it leaves when its world fails."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from rher_agent.runners.evaluator import EvaluatedEpisode, Evaluation
from rher_agent.runners.progress import Progress
from rher_agent.runners.seeds import SeedStream, episode_seed
from rher_agent.storage.checkpoint import Checkpoint, CheckpointError, load_checkpoint
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.task import Stage
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step, WorldError
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

from .conftest import SmallRun

HORIZON = 50


class GenerousWorld(MujocoWorld):
    """Every goal is where the cube lies already."""

    def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
        cube = super().reset(seed=seed).observation[self.task.layout.object_positions[0]]
        return super().reset(seed=seed, goal=cube[None])


class FailingWorld(MujocoWorld):
    """Dies at a given step of a given episode, counted over training and evaluation."""

    def __init__(self, episode: int, step: int) -> None:
        super().__init__()
        self.fails_at = (episode, step)
        self._resets = 0

    def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
        self._resets += 1
        return super().reset(seed=seed, goal=goal)

    def step(self, action: Vector) -> Step:
        step = super().step(action)
        if (self._resets, step.step) == self.fails_at:
            raise WorldError("the simulator died")
        return step


def load(path: Path) -> Checkpoint:
    return load_checkpoint(path, task="push")


def same_checkpoints(first: Path, second: Path) -> bool:
    """Compare all but wall times."""

    def content(path: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
        checkpoint = load(path)
        for time in ("wall_s", "training_s"):
            checkpoint.state["loop"]["progress"].pop(time)
        return {name: array.tobytes() for name, array in checkpoint.arrays.items()}, checkpoint.state

    return content(first) == content(second)


def without_wall_times(table: Path) -> list[list[str]]:
    rows = [line.split(",") for line in table.read_text().splitlines()]
    wall = rows[0].index("wall_s")
    return [row[:wall] + row[wall + 1 :] for row in rows]


def test_stops_when_the_episodes_are_spent(make_run):
    run = make_run()
    summary = run.train()
    told = run.told
    assert [report.episode for report in told.episodes] == [1, 2, 3, 4]
    assert [report.episode for report in told.evaluations] == [2, 4]
    assert told.summaries == [summary]
    assert [told_of[:2] for told_of in told.evaluated] == [(1, 2), (2, 2)] * 3
    assert len(told.choices) == (4 + 3 * 2) * HORIZON
    assert (summary.episodes, summary.env_steps, summary.updates) == (4, 4 * HORIZON, 12)
    assert (summary.task, summary.algorithm, summary.world, summary.mode) == ("push", "rher", "mujoco", "train")
    assert not summary.reached_target
    assert not summary.interrupted
    assert (summary.episodes_to_target, summary.env_steps_to_target, summary.wall_s_to_target) == (None, None, None)
    assert summary.evaluation_episodes == 2
    names = sorted(path.name for path in run.latest.parent.iterdir())
    assert names == ["episode_000002.safetensors", "episode_000004.safetensors", "latest.safetensors"]
    assert load(run.latest).state["episodes"] == 4


def test_what_reporters_take_is_no_training(make_run, monkeypatch):
    run, now = make_run(), [0.0]

    def draw(told, report):
        told.evaluations.append(report)
        now[0] += 10.0

    monkeypatch.setattr("rher_agent.runners.trainer.time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(type(run.told), "evaluation", draw)
    summary = run.train()
    assert [report.training_s for report in run.told.episodes] == [0.0, 0.0, 0.0, 0.0]
    assert [report.wall_s for report in run.told.episodes] == [0.0, 0.0, 10.0, 10.0]
    assert summary.wall_s == 20.0


def test_stops_at_the_target(make_run):
    run = make_run(max_episodes=50, target_success=0.5)
    summary = run.train(world=GenerousWorld())
    assert summary.reached_target
    assert summary.episodes == summary.episodes_to_target
    assert summary.env_steps == summary.env_steps_to_target
    rates = [report.success_rate for report in run.told.evaluations]
    assert summary.episodes == 2 * len(rates) < 50
    assert np.mean(rates[-2:]) >= 0.5
    assert all(np.mean(pair) < 0.5 for pair in pairwise(rates[:-1]))


def test_stops_when_asked_to(make_run):
    run = make_run()
    summary = run.train(stop_after=3)
    assert summary.interrupted
    assert (summary.episodes, summary.evaluation_episodes) == (3, 0)
    assert math.isnan(summary.success_rate)
    assert run.told.summaries == [summary]
    assert load(run.latest).state["episodes"] == 3


def test_a_resumed_run_goes_on_as_if_never_interrupted(make_run):
    straight, halved = make_run("straight"), make_run("halved")
    straight.train(record=True)
    halved.train(stop_after=2, record=True)
    summary = halved.train(resume=True, record=True)
    assert [report.episode for report in halved.told.episodes] == [3, 4]
    assert (summary.episodes, summary.env_steps, summary.updates) == (4, 4 * HORIZON, 12)
    assert same_checkpoints(straight.latest, halved.latest)
    assert (straight.path / "episodes.log").read_bytes() == (halved.path / "episodes.log").read_bytes()
    for table in ("episodes.csv", "progress.csv"):
        assert without_wall_times(straight.path / table) == without_wall_times(halved.path / table)


def test_an_episode_logged_after_the_last_checkpoint_is_dropped(make_run):
    straight, killed = make_run("straight"), make_run("killed")
    straight.train(record=True)
    killed.train(stop_after=2)
    before = killed.latest.read_bytes()
    killed.train(resume=True, stop_after=1, record=True)
    killed.latest.write_bytes(before)  # as if it was killed just before this checkpoint was written
    killed.train(resume=True, record=True)
    assert [report.episode for report in killed.told.episodes] == [3, 4]
    assert same_checkpoints(straight.latest, killed.latest)
    assert (straight.path / "episodes.log").read_bytes() == (killed.path / "episodes.log").read_bytes()
    episodes = [row[0] for row in without_wall_times(killed.path / "episodes.csv")]
    assert episodes == ["episode", "3", "4"]


def test_a_world_that_fails_in_training_loses_only_the_running_episode(make_run):
    straight, failed = make_run("straight"), make_run("failed")
    straight.train()
    # Training 1 and 2, two of the evaluation, training 3: the sixth reset is training 4.
    with pytest.raises(WorldError, match="the simulator died"):
        failed.train(world=FailingWorld(6, 20))
    (summary,) = failed.told.summaries
    assert summary.interrupted
    assert summary.episodes == 3
    assert load(failed.latest).state["episodes"] == 3
    failed.train(resume=True)
    assert same_checkpoints(straight.latest, failed.latest)


def test_a_world_that_goes_away_while_stopping_is_no_failure(make_run):
    run = make_run()
    world = FailingWorld(2, 20)
    asked = iter([False, False, True])
    summary = run.train(world=world, should_stop=lambda: next(asked))
    assert summary.interrupted
    assert summary.episodes == 1
    assert run.told.summaries == [summary]


def test_a_run_can_start_from_what_another_learned_without_its_episodes(make_run):
    first, second = make_run("first"), make_run("second")
    first.train()
    second.train(start=first.latest, stop_after=0)
    before, after = load(first.latest), load(second.latest)
    assert before.arrays.keys() == after.arrays.keys()
    assert all(np.array_equal(before.arrays[name], after.arrays[name]) for name in before.arrays)
    assert after.state["loop"]["mastery"] == before.state["loop"]["mastery"]
    assert after.state["loop"]["progress"]["episodes"] == after.state["episodes"] == 0
    assert after.state["learner"]["generator"] != before.state["learner"]["generator"]


def test_what_another_run_learned_is_judged_before_it_learns_on(make_run):
    first, second = make_run("first"), make_run("second")
    first.train(record=True)
    second.train(start=first.latest, stop_after=1, record=True)
    assert [report.episode for report in second.told.evaluations] == [0]
    second.train(resume=True, record=True)
    from_scratch, begun = ([row[0] for row in without_wall_times(run.path / "progress.csv")] for run in (first, second))
    assert from_scratch == ["episode", "2", "4"]
    assert begun == ["episode", "0", "2", "4"]


def test_a_run_does_not_start_from_networks_of_another_shape(make_run):
    first, second = make_run("first"), make_run("second")
    first.train(stop_after=1)
    second.config = replace(second.config, learner=replace(second.config.learner, hidden=24))
    with pytest.raises(CheckpointError, match=r"was learned with learner\.hidden 16; allowed: 24, as in this run"):
        second.train(start=first.latest)


def test_a_run_does_not_start_from_networks_that_see_another_way(make_run):
    first, second = make_run("first"), make_run("second")
    first.train(stop_after=1)
    second.config = replace(second.config, learner=replace(second.config.learner, symmetry=False))
    with pytest.raises(CheckpointError, match=r"learner\.symmetry True; allowed: False"):
        second.train(start=first.latest)


def test_a_run_tells_what_it_started_from_also_when_it_is_resumed(make_run):
    first, second = make_run("first"), make_run("second")
    first.train(stop_after=1)
    second.train(start=first.latest, stop_after=1)
    for _ in range(2):
        told = yaml.safe_load((second.path / "config.yaml").read_text())
        assert told["start"] == str(first.latest)
        second.train(resume=True, stop_after=1)


def test_how_long_to_go_on_comes_from_the_resumed_command_and_all_else_from_the_run(make_run):
    run = make_run(max_episodes=2)
    run.train()
    again = make_run(max_episodes=3)
    again.config = type(run.config)(trainer=again.config.trainer)
    summary = again.train(resume=True)
    assert summary.episodes == 3
    assert summary.seed == run.config.seed
    assert load(run.latest).state["run"]["learner"]["hidden"] == run.config.learner.hidden


def evaluation_of(success_rate: float) -> Evaluation:
    """An evaluation of 100 episodes, so many of them a success."""
    successes = round(100 * success_rate)
    return Evaluation(
        tuple(
            EvaluatedEpisode(
                seed=index,
                success=index < successes,
                strict_success=False,
                goal_distance=0.0,
                steps=50,
                clipped_share=0.0,
                shortened_share=0.0,
                age_mean=0.0,
                starts=np.zeros((1, 3)),
                ends=np.zeros((1, 3)),
                goals=np.zeros((1, 3)),
            )
            for index in range(100)
        )
    )


def test_a_target_met_is_the_mean_of_two_evaluations():
    progress = Progress()
    met = []
    for rate in (1.0, 0.8, 0.99, 0.92, 0.5):
        progress.judge(evaluation_of(rate), 0.95)
        met.append(progress.reached_target)
    assert met == [False, False, False, True, False]
    lucky = Progress()
    lucky.judge(evaluation_of(1.0), 0.3)
    assert not lucky.reached_target, "one evaluation is luck"


def test_no_two_episodes_share_a_seed():
    seeds = [episode_seed(run, stream, index) for run in (0, 1) for stream in SeedStream for index in range(100)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_evaluations_use_fresh_goals_each_time(make_run):
    class Listening(MujocoWorld):
        def __init__(self) -> None:
            super().__init__()
            self.seeds: list[int | None] = []

        def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
            self.seeds.append(seed)
            return super().reset(seed=seed, goal=goal)

    listening = Listening()
    make_run().train(world=listening)
    assert len(listening.seeds) == 4 + 2 * 2 + 2
    assert len(set(listening.seeds)) == len(listening.seeds)


def test_a_world_that_fails_in_an_evaluation_loses_no_training_episode(make_run):
    failed = make_run()
    with pytest.raises(WorldError, match="the simulator died"):
        failed.train(world=FailingWorld(3, 20))
    assert failed.told.summaries[0].episodes == 2
    assert load(failed.latest).state["episodes"] == 2


def test_an_evaluation_that_was_cut_short_is_made_up_for(make_run):
    straight = make_run("straight")
    straight.train()
    resumed = make_run("resumed")
    with pytest.raises(WorldError):
        resumed.train(world=FailingWorld(3, 20))
    resumed.train(resume=True)
    assert [r.episode for r in resumed.told.evaluations] == [r.episode for r in straight.told.evaluations]
    assert [r.success_rate for r in resumed.told.evaluations] == [r.success_rate for r in straight.told.evaluations]


class LenientTask(PushTask):
    """Success wherever the cube lies."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        return tuple(replace(stage, tolerance=10.0) for stage in super().stages)


def guide_until(run: SmallRun, success: float) -> SmallRun:
    """Let the guide take every step before contact until it retires."""
    exploration = replace(
        run.config.exploration, guide_until=success, guide_probability=1.0, least_solo=0.0, random_probability=0.0
    )
    run.config = replace(run.config, exploration=exploration)
    return run


@pytest.mark.parametrize(("success", "share"), [(0.5, 0.0), (1.0, 0.0), (1.01, 1.0)])
def test_the_guide_retires_after_an_evaluation_beyond_its_success(make_run, success: float, share: float):
    run = guide_until(make_run(evaluation_interval=2, max_episodes=3), success)
    run.train(world=MujocoWorld(LenientTask()))
    assert run.told.evaluations[0].success_rate == 1.0
    assert [report.guide_share_before for report in run.told.episodes] == [1.0, 1.0, share]


def test_a_guide_that_has_retired_stays_retired_when_the_run_is_resumed(make_run):
    straight, halved = (guide_until(make_run(name), 0.5) for name in ("straight", "halved"))
    world = MujocoWorld(LenientTask())
    straight.train(world=world)
    halved.train(world=world, stop_after=3)
    halved.train(world=world, resume=True)
    assert [report.guide_share_before for report in straight.told.episodes] == [1.0, 1.0, 0.0, 0.0]
    assert [report.guide_share_before for report in halved.told.episodes] == [0.0]
    assert same_checkpoints(straight.latest, halved.latest)
