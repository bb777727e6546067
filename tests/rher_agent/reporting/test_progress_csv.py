# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The tables hold each row once, whatever happened to the process that wrote them."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rher_agent.reporting.episode_table import EpisodeTable, read_table
from rher_agent.reporting.progress_csv import ProgressCsv
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.reports import EpisodeReport, EvaluationReport

STAGES = ("reach", "push")
MakeEpisode = Callable[..., EpisodeReport]
MakeEvaluation = Callable[..., EvaluationReport]


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return RunDirectory.create(tmp_path, "push_0", resume=False)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_columns_are_those_of_the_contract(run: RunDirectory) -> None:
    ProgressCsv(run, STAGES, last_episode=0)
    assert run.progress.read_text() == (
        "episode,env_steps,wall_s,success,strict_success,stage_reach,stage_push,critic_loss,actor_loss,q_mean,q_min,"
        "q_max,unmoved_share,guide_share_before,guide_share_after,contact_rate,clipped_share,solo_share,updates,"
        "evaluation_episodes,evaluation_clipped_share\n"
    )


def test_an_evaluation_averages_the_episodes_since_the_one_before(
    run: RunDirectory, make_episode: MakeEpisode, make_evaluation: MakeEvaluation
) -> None:
    tables = ProgressCsv(run, STAGES, last_episode=0)
    for episode in range(1, 5):
        tables.episode(make_episode(episode))
    tables.evaluation(make_evaluation(4, 0.25))
    for episode in range(5, 9):
        tables.episode(make_episode(episode, learner={}) if episode == 6 else make_episode(episode))
    tables.evaluation(make_evaluation(8, 0.75))
    first, second = ({name: float(value) for name, value in row.items()} for row in rows(run.progress))
    assert first["episode"] == 4
    assert first["success"] == 0.25
    assert first["strict_success"] == 0.125
    assert first["critic_loss"] == pytest.approx(0.25)
    assert first["contact_rate"] == 0.5
    assert first["guide_share_before"] == 0.5
    assert first["guide_share_after"] == 0.25, "NaN takes no part in an average"
    assert first["solo_share"] == 0.0
    assert second["critic_loss"] == pytest.approx((0.5 + 0.7 + 0.8) / 3.0), "an episode without updates takes no part"
    assert second["q_mean"] == pytest.approx(-(0.5 + 0.7 + 0.8) / 3.0)
    assert (second["q_min"], second["q_max"]) == (-8.0, 0.08), "the range spans all episodes"
    assert (second["stage_reach"], second["stage_push"]) == (1.0, 0.008), "mastery is that of the last episode"
    assert second["solo_share"] == 0.25
    assert (second["env_steps"], second["updates"], second["wall_s"]) == (400, 640, 6.0)


def test_an_evaluation_before_any_episode_has_no_averages(run: RunDirectory, make_evaluation: MakeEvaluation) -> None:
    ProgressCsv(run, STAGES, last_episode=0).evaluation(make_evaluation(0))
    (row,) = rows(run.progress)
    assert math.isnan(float(row["critic_loss"]))
    assert math.isnan(float(row["q_min"]))
    assert float(row["success"]) == 0.5


def test_every_training_episode_is_a_row(run: RunDirectory, make_episode: MakeEpisode) -> None:
    tables = ProgressCsv(run, STAGES, last_episode=0)
    tables.episode(make_episode(1, wall_s=1.0 / 3.0))
    tables.episode(make_episode(2))
    tables.episode(make_episode(3))
    first, second, third = rows(run.episodes)
    assert float(first["wall_s"]) == 1.0 / 3.0
    assert (first["episode"], first["success"], first["contact"]) == ("1", "0", "0")
    assert (second["episode"], second["success"], second["guide_share_after"]) == ("2", "1", "nan")
    assert [row["practice"] for row in (first, second, third)] == ["0", "0", "1"]


def test_a_resumed_run_writes_the_tables_an_unbroken_one_would_have(
    tmp_path: Path, make_episode: MakeEpisode, make_evaluation: MakeEvaluation
) -> None:
    def tell(tables: ProgressCsv, first: int, last: int) -> None:
        for episode in range(first, last + 1):
            tables.episode(make_episode(episode))
            if episode % 4 == 0:
                tables.evaluation(make_evaluation(episode))

    unbroken = RunDirectory.create(tmp_path, "unbroken", resume=False)
    tell(ProgressCsv(unbroken, STAGES, last_episode=0), 1, 12)
    for kept in range(12):
        broken = RunDirectory.create(tmp_path, f"broken_{kept}", resume=False)
        tell(ProgressCsv(broken, STAGES, last_episode=0), 1, 9)
        tables = ProgressCsv(broken, STAGES, last_episode=min(kept, 9))
        assert tables.env_steps == 50 * min(kept, 9)
        tell(tables, min(kept, 9) + 1, 12)
        assert broken.episodes.read_bytes() == unbroken.episodes.read_bytes()
        assert broken.progress.read_bytes() == unbroken.progress.read_bytes()


def test_an_evaluation_made_again_replaces_the_first(
    run: RunDirectory, make_episode: MakeEpisode, make_evaluation: MakeEvaluation
) -> None:
    tables = ProgressCsv(run, STAGES, last_episode=0)
    tables.episode(make_episode(1))
    tables.evaluation(make_evaluation(1, 0.1))
    tables.evaluation(make_evaluation(1, 0.9))
    (row,) = rows(run.progress)
    assert (row["success"], row["critic_loss"]) == ("0.9", "0.1")


def test_a_row_cut_at_any_byte_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    table = EpisodeTable(path, ("episode", "x"), last_episode=0)
    ends = [len(path.read_bytes())]
    for episode in (1, 2):
        table.append({"episode": episode, "x": 0.125})
        ends.append(len(path.read_bytes()))
    content = path.read_bytes()
    for cut in range(len(content) + 1):
        path.write_bytes(content[:cut])
        whole = max(0, sum(end <= cut for end in ends) - 1)
        if cut >= ends[0]:
            assert read_table(path)["episode"].tolist() == [1.0, 2.0][:whole]
        assert EpisodeTable(path, ("episode", "x"), last_episode=2).last_episode == (whole or None)
        assert path.read_bytes() == content[: ends[whole]]


def test_a_table_with_other_columns_is_refused(run: RunDirectory) -> None:
    ProgressCsv(run, STAGES, last_episode=0)
    with pytest.raises(ValueError, match=r"has the columns .*stage_push.*; allowed: .*stage_lift"):
        ProgressCsv(run, ("reach", "lift"), last_episode=0)


def test_a_row_must_fit_the_table(tmp_path: Path) -> None:
    table = EpisodeTable(tmp_path / "t.csv", ("episode", "x"), last_episode=0)
    with pytest.raises(ValueError, match="columns are"):
        table.append({"episode": 1, "y": 2.0})
    table.append({"episode": 1, "x": 2.0})
    with pytest.raises(ValueError, match="episode is 1; allowed: more than 1"):
        table.append({"episode": 1, "x": 3.0})
    assert read_table(tmp_path / "t.csv")["x"].tolist() == [2.0]


def test_an_empty_table_reads_as_empty_columns(tmp_path: Path) -> None:
    EpisodeTable(tmp_path / "t.csv", ("episode", "x"), last_episode=0)
    table = read_table(tmp_path / "t.csv")
    assert list(table) == ["episode", "x"]
    assert table["x"].dtype == np.float64
    assert table["x"].shape == (0,)
