# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A recorded run leaves everything it should, and a resumed one goes on with it."""

from __future__ import annotations

import dataclasses
import io
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rher_agent.reporting.episode_table import read_table
from rher_agent.reporting.recorder import RunRecorder
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.evaluator import EvaluatedEpisode, Evaluation
from rher_agent.runners.reports import EpisodeReport, EvaluationReport, Reporter, RunSummary
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.summary.writer import event_file_writer

MakeEpisode = Callable[..., EpisodeReport]
MakeEvaluation = Callable[..., EvaluationReport]


def record(run: RunDirectory, stream: io.StringIO, resumed_episode: int = 0) -> RunRecorder:
    return RunRecorder(
        run,
        stages=("reach", "push"),
        max_episodes=300,
        target_success=0.95,
        resumed_episode=resumed_episode,
        stream=stream,
        clock=lambda: 0.0,
    )


def test_the_final_evaluation_leaves_a_table_and_a_picture(tmp_path: Path, summary: RunSummary) -> None:
    run = RunDirectory.create(tmp_path, "push_0", resume=False)
    recorder = record(run, io.StringIO())
    recorder.finish(summary)
    place = np.zeros((1, 3))
    judged = EvaluatedEpisode(
        seed=1,
        success=True,
        strict_success=False,
        goal_distance=0.01,
        steps=50,
        clipped_share=0.0,
        shortened_share=0.0,
        age_mean=0.1,
        starts=place,
        ends=place,
        goals=place,
    )
    recorder.judged(Evaluation((judged,)), ("cube",))
    assert run.judgement.is_file()
    assert run.judgement_picture.is_file()


def test_a_run_leaves_everything(
    tmp_path: Path, make_episode: MakeEpisode, make_evaluation: MakeEvaluation, summary: RunSummary
) -> None:
    run, stream = RunDirectory.create(tmp_path, "push_0", resume=False), io.StringIO()
    recorder: Reporter = record(run, stream)
    for episode in range(1, 11):
        recorder.episode(make_episode(episode))
    recorder.evaluation(make_evaluation(10))
    recorder.finish(summary)
    names = sorted(item.name.split(".out.")[0] for item in run.path.iterdir())
    assert names == ["checkpoints", "episodes.csv", "events", "learning_curve.png", "progress.csv", "summary.json"]
    assert json.loads(run.summary.read_text())["success_rate"] == 0.975
    assert stream.getvalue().splitlines()[-1].startswith("Target met after 143 episodes")


def test_the_learning_curve_grows_with_every_evaluation(
    tmp_path: Path, make_episode: MakeEpisode, make_evaluation: MakeEvaluation
) -> None:
    run = RunDirectory.create(tmp_path, "push_0", resume=False)
    recorder = record(run, io.StringIO())
    recorder.evaluation(make_evaluation(0, 0.1))
    first = run.learning_curve.read_bytes()
    recorder.episode(make_episode(1))
    assert run.learning_curve.read_bytes() == first
    recorder.evaluation(make_evaluation(1, 0.4))
    assert run.learning_curve.read_bytes() != first


@pytest.mark.parametrize("failure", [OSError("No space left on device"), RuntimeError("no font")])
def test_a_picture_that_cannot_be_drawn_is_told_and_ends_no_run(
    tmp_path: Path,
    make_evaluation: MakeEvaluation,
    summary: RunSummary,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
) -> None:
    def fail(*arguments: object, **keywords: object) -> None:
        raise failure

    monkeypatch.setattr("rher_agent.reporting.recorder.plot_runs", fail)
    run, stream = RunDirectory.create(tmp_path, "push_0", resume=False), io.StringIO()
    recorder = record(run, stream)
    recorder.evaluation(make_evaluation(0, 0.1))
    recorder.finish(summary)
    assert read_table(run.progress)["success"].tolist() == [0.1]
    assert [f"learning_curve.png is not redrawn: {failure}" in line for line in caplog.messages] == [True, True]
    assert stream.getvalue().splitlines()[-1].startswith("Target met after 143 episodes")


def test_a_run_interrupted_before_its_first_evaluation_has_a_summary_and_no_picture(
    tmp_path: Path, make_episode: MakeEpisode, summary: RunSummary
) -> None:
    run, stream = RunDirectory.create(tmp_path, "push_0", resume=False), io.StringIO()
    recorder = record(run, stream)
    recorder.episode(make_episode(1))
    recorder.finish(dataclasses.replace(summary, interrupted=True))
    assert run.summary.exists()
    assert not run.learning_curve.exists()
    assert stream.getvalue().splitlines()[-1].startswith("Interrupted")


def test_a_resumed_run_goes_on_from_its_episode(
    tmp_path: Path,
    make_episode: MakeEpisode,
    make_evaluation: MakeEvaluation,
    summary: RunSummary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = RunDirectory.create(tmp_path, "push_0", resume=False)
    killed = record(run, io.StringIO())
    for episode in range(1, 8):
        killed.episode(make_episode(episode, guide_stage=0))
    killed.evaluation(make_evaluation(7, 0.1))

    run = RunDirectory.create(tmp_path, "push_0", resume=True)
    # TensorBoard reads files in the order of their names, which within one second is no order.
    monkeypatch.setattr(event_file_writer.time, "time", lambda real=time.time: real() + 10.0)
    resumed = record(run, io.StringIO(), resumed_episode=5)
    for episode in range(6, 11):
        resumed.episode(make_episode(episode, guide_stage=1))
    resumed.evaluation(make_evaluation(10, 0.9))
    resumed.finish(summary)

    episodes, progress = read_table(run.episodes), read_table(run.progress)
    assert episodes["episode"].tolist() == list(range(1, 11))
    assert episodes["guide_stage"].tolist() == [0.0] * 5 + [1.0] * 5
    assert progress["success"].tolist() == [0.9]
    assert progress["critic_loss"].tolist() == pytest.approx([0.55])
    reader = EventAccumulator(str(run.path), size_guidance={"scalars": 0})
    reader.Reload()
    assert [(event.step, event.value) for event in reader.Scalars("episode/guide_stage")] == [
        (50 * episode, float(episode > 5)) for episode in range(1, 11)
    ]
