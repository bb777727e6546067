# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What an evaluation leaves behind: every number can be read back, and the picture is one."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from rher_agent.reporting.judgement import HATCH, judgement_figure, write_judgement
from rher_agent.reporting.palette import MET, MISSED
from rher_agent.runners.evaluator import EvaluatedEpisode

PNG = b"\x89PNG"


def episode_of(seed: int, *, success: bool, error: float) -> EvaluatedEpisode:
    goals = np.array([[0.5, 0.1, 0.025]])
    return EvaluatedEpisode(
        seed=seed,
        success=success,
        strict_success=False,
        goal_distance=error,
        steps=50,
        clipped_share=0.0,
        shortened_share=0.0,
        age_mean=0.07,
        starts=np.array([[0.4, -0.1, 0.025]]),
        ends=goals + np.array([error, 0.0, 0.0]),
        goals=goals,
    )


def test_the_table_tells_where_each_object_was_went_and_should_be(tmp_path: Path) -> None:
    episodes = [episode_of(7, success=True, error=0.0123), episode_of(8, success=False, error=0.2)]
    table, picture = tmp_path / "judgement.csv", tmp_path / "judgement.png"
    write_judgement(episodes, ("cube",), table, picture)
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [(row["episode"], row["seed"], row["success"]) for row in rows] == [("1", "7", "1"), ("2", "8", "0")]
    assert float(rows[0]["error_mm"]) == pytest.approx(12.3)
    for row, episode in zip(rows, episodes, strict=True):
        for what, place in (("start", episode.starts), ("end", episode.ends), ("goal", episode.goals)):
            read = [float(row[f"cube_{what}_{axis}"]) for axis in "xyz"]
            np.testing.assert_allclose(read, place[0], atol=1e-4)
    assert picture.read_bytes().startswith(PNG)


def test_what_missed_its_goal_differs_by_colour_and_by_shape_and_a_legend_tells(tmp_path: Path) -> None:
    episodes = [episode_of(7, success=True, error=0.0123), episode_of(8, success=False, error=0.2)]
    figure = judgement_figure(episodes, ("cube",))
    above, errors = figure.axes
    met, missed = errors.patches
    assert [to_rgb(bar.get_facecolor()) for bar in (met, missed)] == [to_rgb(MET), to_rgb(MISSED)]
    assert [bar.get_hatch() for bar in (met, missed)] == ["", HATCH]
    lines = [[line for line in above.lines if to_rgb(line.get_color()) == to_rgb(colour)] for colour in (MET, MISSED)]
    looks = [{(line.get_linestyle(), line.get_marker()) for line in of_one} for of_one in lines]
    assert ("-", "None") in looks[0] - looks[1]
    assert ("None", "s") in looks[1] - looks[0]
    texts = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert texts == ["start", "goal", "end, goal met", "end, goal missed", "goal met", "goal missed"]


@pytest.mark.parametrize("count", [2, 10, 20, 200])
def test_episodes_are_counted_in_whole_numbers(count: int) -> None:
    episodes = [episode_of(seed, success=True, error=0.01) for seed in range(count)]
    figure = judgement_figure(episodes, ("cube",))
    ticks = figure.axes[1].get_xticks()
    np.testing.assert_array_equal(ticks, np.round(ticks))


def test_an_evaluation_of_no_episode_leaves_nothing(tmp_path: Path) -> None:
    write_judgement((), ("cube",), tmp_path / "judgement.csv", tmp_path / "judgement.png")
    assert not list(tmp_path.iterdir())
