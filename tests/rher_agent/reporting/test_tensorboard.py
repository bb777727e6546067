# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""TensorBoard's own reader finds what was written, also after a resume."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rher_agent.reporting.tensorboard import MEANINGS, UNKNOWN, TensorBoardWriter
from rher_agent.runners.reports import EpisodeReport, EvaluationReport
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.summary_pb2 import DATA_CLASS_SCALAR
from tensorboard.summary.writer import event_file_writer

STAGES = ("reach", "push")


def scalars(folder: Path, tag: str) -> list[tuple[int, float]]:
    reader = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    reader.Reload()
    return [(event.step, event.value) for event in reader.Scalars(tag)]


def test_scalars_are_over_environment_steps(
    tmp_path: Path, make_episode: Callable[..., EpisodeReport], make_evaluation: Callable[..., EvaluationReport]
) -> None:
    writer = TensorBoardWriter(tmp_path, STAGES, env_steps=0)
    for episode in (1, 2, 3):
        writer.episode(make_episode(episode))
    writer.evaluation(make_evaluation(3, 0.5))
    writer.close()
    assert scalars(tmp_path, "evaluation/success") == [(150, 0.5)]
    assert scalars(tmp_path, "episode/contact") == [(50, 0.0), (100, 0.0), (150, 1.0)]
    assert scalars(tmp_path, "episode/guide_share_after") == [(150, 0.25)], "NaN is left out"
    assert scalars(tmp_path, "stage/push")[-1] == (150, pytest.approx(0.003))
    assert scalars(tmp_path, "learner/q_min")[-1] == (150, -3.0)


def test_every_scalar_tells_its_meaning_and_its_unit(
    tmp_path: Path, make_episode: Callable[..., EpisodeReport], make_evaluation: Callable[..., EvaluationReport]
) -> None:
    writer = TensorBoardWriter(tmp_path, STAGES, env_steps=0)
    writer.episode(make_episode(3, training_s=1.25))
    writer.evaluation(make_evaluation(3, 0.5))
    writer.close()
    reader = EventAccumulator(str(tmp_path))
    reader.Reload()
    meanings = {tag: reader.SummaryMetadata(tag).summary_description for tag in reader.Tags()["scalars"]}
    assert {tag for tag in meanings if not tag.startswith("stage/")} == set(MEANINGS)
    assert UNKNOWN not in meanings.values()
    assert all(meanings.values())
    # What the server, which is not the reader above, asks for before it believes a description.
    assert {reader.SummaryMetadata(tag).data_class for tag in meanings} == {DATA_CLASS_SCALAR}
    assert {reader.SummaryMetadata(tag).plugin_data.plugin_name for tag in meanings} == {"scalars"}
    for tag, value in (
        ("episode/age_mean", 0.07),
        ("episode/step_duration", 0.1),
        ("time/wall", 1.5),
        ("time/training", 1.25),
    ):
        assert scalars(tmp_path, tag) == [(150, pytest.approx(value))]
        assert meanings[tag].endswith("[s]")


def test_a_figure_that_another_learner_tells_is_kept_and_said_to_be_unknown(
    tmp_path: Path, make_episode: Callable[..., EpisodeReport]
) -> None:
    writer = TensorBoardWriter(tmp_path, STAGES, env_steps=0)
    writer.episode(make_episode(1, learner={"entropy": 0.5}))
    writer.close()
    assert scalars(tmp_path, "learner/entropy") == [(50, 0.5)]
    reader = EventAccumulator(str(tmp_path))
    reader.Reload()
    assert reader.SummaryMetadata("learner/entropy").summary_description == UNKNOWN


def test_an_evaluation_brings_everything_so_far_to_the_disk(
    tmp_path: Path, make_episode: Callable[..., EpisodeReport], make_evaluation: Callable[..., EvaluationReport]
) -> None:
    writer = TensorBoardWriter(tmp_path, STAGES, env_steps=0)
    writer.episode(make_episode(1))
    writer.evaluation(make_evaluation(1))
    assert scalars(tmp_path, "stage/reach") == [(50, 1.0)]
    assert scalars(tmp_path, "evaluation/success") == [(50, 0.5)]
    writer.close()


def test_a_resumed_run_goes_on_with_the_steps_and_hides_what_it_dropped(
    tmp_path: Path, make_episode: Callable[..., EpisodeReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A resumed run is a new process. In one process files of one second are read in the order of their numbers as text,
    # 10 before 9, and other tests have counted too.
    monkeypatch.setattr(event_file_writer, "_global_uid", event_file_writer.AtomicCounter(0))
    writer = TensorBoardWriter(tmp_path, STAGES, env_steps=0)
    for episode in (1, 2, 3, 4):
        writer.episode(make_episode(episode, guide_stage=0))
    writer.close()
    writer = TensorBoardWriter(tmp_path, STAGES, env_steps=100)
    for episode in (3, 4):
        writer.episode(make_episode(episode, guide_stage=1))
    writer.close()
    assert scalars(tmp_path, "episode/guide_stage") == [(50, 0.0), (100, 0.0), (150, 1.0), (200, 1.0)]
