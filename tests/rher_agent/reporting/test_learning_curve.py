# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The learning curve is a picture of what the tables say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib import image
from rher_agent.reporting.episode_table import read_table
from rher_agent.reporting.learning_curve import FIGURE_SIZE, RESOLUTION, plot_runs, runs_figure
from rher_agent.reporting.progress_csv import ProgressCsv
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.reports import EpisodeReport, EvaluationReport

MakeCsv = Callable[..., Path]


@pytest.fixture
def make_csv(
    tmp_path: Path, make_episode: Callable[..., EpisodeReport], make_evaluation: Callable[..., EvaluationReport]
) -> MakeCsv:
    """Return a maker of a run's progress.csv with an evaluation every ten episodes."""

    def make(name: str, rates: tuple[float, ...]) -> Path:
        run = RunDirectory.create(tmp_path, name, resume=False)
        tables = ProgressCsv(run, ("reach", "push"), last_episode=0)
        for index, rate in enumerate(rates):
            if index:
                for episode in range(10 * index - 9, 10 * index + 1):
                    tables.episode(make_episode(episode))
            tables.evaluation(make_evaluation(10 * index, rate))
        return run.progress

    return make


def pixels(path: Path) -> np.ndarray:
    return np.asarray(image.imread(path))


@pytest.mark.parametrize("rates", [(0.5,), (0.0, 1.0), (0.0, 0.3, 0.8, 1.0)])
def test_a_run_becomes_a_picture(tmp_path: Path, make_csv: MakeCsv, rates: tuple[float, ...]) -> None:
    path = tmp_path / "curve.png"
    plot_runs([make_csv("a", rates)], path, target_success=0.95)
    height, width, _ = pixels(path).shape
    assert (width, height) == tuple(round(RESOLUTION * size) for size in FIGURE_SIZE)


def test_the_picture_follows_the_table(tmp_path: Path, make_csv: MakeCsv) -> None:
    one, other, again = (tmp_path / f"{name}.png" for name in ("one", "other", "again"))
    csv = make_csv("a", (0.0, 0.5, 1.0))
    plot_runs([csv], one)
    plot_runs([csv], again)
    plot_runs([make_csv("b", (0.0, 0.9, 1.0))], other)
    assert np.array_equal(pixels(one), pixels(again))
    assert not np.array_equal(pixels(one), pixels(other))


def test_several_runs_share_the_axes(tmp_path: Path, make_csv: MakeCsv) -> None:
    csvs = [make_csv("seed_0", (0.0, 0.5, 1.0)), make_csv("seed_1", (0.1, 0.4, 0.9, 1.0)), make_csv("seed_2", (0.2,))]
    plot_runs(csvs[:2], tmp_path / "two.png")
    plot_runs(csvs, tmp_path / "three.png", target_success=0.95)
    assert not np.array_equal(pixels(tmp_path / "two.png"), pixels(tmp_path / "three.png"))


def test_neighbours_differ_by_dashes_and_marker_too(make_csv: MakeCsv) -> None:
    runs = [(f"seed_{seed}", read_table(make_csv(f"seed_{seed}", (0.0, 1.0)))) for seed in range(3)]
    axes = runs_figure(runs, None).axes[0]
    looks = [(line.get_color(), line.get_linestyle(), line.get_marker()) for line in axes.lines]
    assert looks[::2] == looks[1::2] == [("C0", "-", "o"), ("C1", "--", "s"), ("C2", "-.", "^")]
    assert [line.get_markerfacecolor() for line in axes.lines[:2]] == ["C0", "white"], "strict success is hollow"
    axes = runs_figure(runs[:1], 0.95).axes[0]
    success, strict, reach, push, target = ((line.get_color(), line.get_linestyle()) for line in axes.lines)
    assert success == strict
    assert len({success, reach, push, target}) == len({success[1], reach[1], push[1]}) + 1 == 4


def test_a_run_without_rows_is_left_out_and_nothing_to_draw_is_an_error(tmp_path: Path, make_csv: MakeCsv) -> None:
    empty, full = make_csv("empty", ()), make_csv("full", (0.0, 1.0))
    plot_runs([full], tmp_path / "one.png")
    plot_runs([empty, full], tmp_path / "both.png")
    assert np.array_equal(pixels(tmp_path / "one.png"), pixels(tmp_path / "both.png"))
    with pytest.raises(ValueError, match="no evaluation to draw"):
        plot_runs([empty], tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()
