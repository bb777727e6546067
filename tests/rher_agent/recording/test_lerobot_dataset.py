# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Datasets of LeRobot, read back by pyarrow and, where it is installed, by LeRobot itself."""

from __future__ import annotations

import json

import numpy as np
import pytest
from rher_agent.storage.episode import Episode
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.tasks.registry import make_task

pytest.importorskip("pandas", reason="requirements/lerobot.txt is not installed")
parquet = pytest.importorskip("pyarrow.parquet", reason="requirements/lerobot.txt is not installed")

TASK = make_task("push")
STEPS = (3, 5)


def make_episodes():
    """Return episodes of random numbers; the cube is at its goal after the last step of the second."""
    rng = np.random.default_rng(0)
    size, actions = TASK.layout.size, TASK.action_size
    episodes = [
        Episode(
            rng.normal(size=(n + 1, size)), rng.normal(size=(n, actions)), rng.normal(size=(1, 3)), np.ones(n, bool)
        )
        for n in STEPS
    ]
    episodes[1].observations[-1, TASK.layout.object_positions[0]] = episodes[1].desired_goal[0]
    episodes[0].usable[1] = False
    return episodes


@pytest.fixture
def dataset(tmp_path):
    from rher_agent.recording.lerobot_dataset import write_dataset

    folder = tmp_path / "dataset"
    assert write_dataset(make_episodes(), TASK, "ur5e", folder) == len(STEPS)
    return folder


def test_frames_are_what_was_observed_and_done(dataset):
    frames = parquet.read_table(dataset / "data" / "chunk-000" / "file-000.parquet").to_pydict()
    episodes = make_episodes()
    observations = np.concatenate([episode.observations[:-1] for episode in episodes])
    actions = np.concatenate([episode.actions for episode in episodes])
    goals = np.concatenate([np.tile(episode.desired_goal[0], (len(episode), 1)) for episode in episodes])
    assert np.array_equal(frames["observation.state"], observations.astype(np.float32))
    assert np.array_equal(frames["action"], actions.astype(np.float32))
    assert np.array_equal(frames["observation.environment_state"], goals.astype(np.float32))
    assert frames["index"] == list(range(8))
    assert frames["episode_index"] == [0] * 3 + [1] * 5
    assert frames["frame_index"] == [0, 1, 2, 0, 1, 2, 3, 4]
    assert frames["timestamp"] == pytest.approx([0.1 * index for index in frames["frame_index"]])
    assert frames["next.done"] == [False, False, True, False, False, False, False, True]
    assert frames["next.success"] == [False] * 7 + [True]
    assert frames["next.reward"] == [-1.0] * 7 + [0.0]
    assert frames["usable"] == [True, False, *[True] * 6]


def test_what_is_told_of_the_frames_is_true_of_them(dataset):
    table = parquet.read_table(dataset / "data" / "chunk-000" / "file-000.parquet")
    info = json.loads((dataset / "meta" / "info.json").read_text())
    assert (info["total_episodes"], info["total_frames"], info["fps"]) == (2, 8, 10)
    assert set(info["features"]) == set(table.column_names)
    for name, feature in info["features"].items():
        values = np.array(table[name].to_pylist())
        assert values.reshape(8, -1).shape == (8, feature["shape"][0])
        kind = table.schema.field(name).type
        assert str(kind.value_type if feature["names"] else kind) == {"float32": "float"}.get(
            feature["dtype"], feature["dtype"]
        )
    names = info["features"]["observation.state"]["names"]
    place = TASK.layout.object_positions[0].start
    assert names[:3] == ["tcp_x", "tcp_y", "tcp_z"]
    assert names[place : place + 3] == ["cube_x", "cube_y", "cube_z"]
    told = json.loads((dataset / "meta" / "stats.json").read_text())
    actions = np.array(table["action"].to_pylist(), dtype=np.float64)
    assert told["action"]["mean"] == pytest.approx(actions.mean(axis=0))
    assert told["action"]["max"] == pytest.approx(actions.max(axis=0))
    episodes = parquet.read_table(dataset / "meta" / "episodes" / "chunk-000" / "file-000.parquet").to_pydict()
    assert (episodes["dataset_from_index"], episodes["dataset_to_index"]) == ([0, 3], [3, 8])
    assert episodes["stats/action/mean"][0] == pytest.approx(actions[:3].mean(axis=0))


def test_lerobot_reads_it(dataset):
    lerobot = pytest.importorskip("lerobot.datasets.lerobot_dataset", reason="lerobot is not installed")
    read = lerobot.LeRobotDataset("rher/push", root=dataset)
    assert (read.num_episodes, read.num_frames, read.fps) == (2, 8, 10)
    frame = read[7]
    assert frame["task"] == "push"
    assert np.array_equal(frame["action"].numpy(), make_episodes()[1].actions[-1].astype(np.float32))


def test_more_episodes_than_a_file_holds_go_into_several(tmp_path, monkeypatch):
    from rher_agent.recording import lerobot_dataset

    monkeypatch.setattr(lerobot_dataset, "EPISODES_A_FILE", 1)
    monkeypatch.setattr(lerobot_dataset, "FILES_A_FOLDER", 1)
    lerobot_dataset.write_dataset(make_episodes(), TASK, "ur5e", tmp_path)
    files = sorted(path.relative_to(tmp_path / "data").as_posix() for path in (tmp_path / "data").glob("*/*"))
    assert files == ["chunk-000/file-000.parquet", "chunk-001/file-000.parquet"]
    second = parquet.read_table(tmp_path / "meta/episodes/chunk-001/file-000.parquet").to_pydict()
    assert (second["data/chunk_index"], second["data/file_index"], second["dataset_from_index"]) == ([1], [0], [3])


def test_nothing_is_overwritten_and_no_dataset_is_empty(tmp_path):
    from rher_agent.recording.lerobot_dataset import write_dataset

    with pytest.raises(ValueError, match="there is no episode"):
        write_dataset([], TASK, "ur5e", tmp_path / "new")
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(ValueError, match="is not empty; allowed: a new folder"):
        write_dataset(make_episodes(), TASK, "ur5e", tmp_path)


def test_what_the_format_cannot_tell_is_refused(tmp_path):
    from rher_agent.recording.lerobot_dataset import write_dataset

    uneven = PushTask(PushParameters(control_period=0.08))
    with pytest.raises(ValueError, match=r"the control period is 0\.08 s; allowed: a whole number of steps"):
        write_dataset(make_episodes(), uneven, "ur5e", tmp_path / "uneven")
    with pytest.raises(ValueError, match="episode 0 has observations of"):
        write_dataset(make_episodes(), make_task("stack"), "ur5e", tmp_path / "other")


def test_success_is_that_of_the_last_stage_also_where_nothing_is_moved(tmp_path):
    from rher_agent.recording.lerobot_dataset import write_dataset
    from rher_agent.tasks.registry import make_relay_task

    task = make_relay_task("fetch_reach")
    observations = np.zeros((3, task.layout.size))
    observations[:, task.layout.object_positions[0]] = 1.0
    observations[2, task.layout.tcp_position] = 1.0
    episode = Episode(observations, np.zeros((2, task.action_size)), np.ones((1, 3)), np.ones(2, bool))
    write_dataset([episode], task, "fetch", tmp_path / "dataset")
    frames = parquet.read_table(tmp_path / "dataset" / "data" / "chunk-000" / "file-000.parquet").to_pydict()
    assert frames["next.success"] == [False, True]
