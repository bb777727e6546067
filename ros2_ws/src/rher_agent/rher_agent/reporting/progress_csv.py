# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""progress.csv, one row for each evaluation, and episodes.csv, one row for each training episode."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rher_agent.reporting.episode_table import EPISODE, EpisodeTable, read_table
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.reports import EpisodeReport, EvaluationReport

STAGE_PREFIX = "stage_"
"""Begins the columns of the stages' successes."""
LEARNER_COLUMNS = ("critic_loss", "actor_loss", "q_mean", "q_min", "q_max", "unmoved_share")
"""What the tables hold of EpisodeReport.learner."""

Row = dict[str, float]


def stage_columns(stages: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of the stages' successes, easiest first."""
    return tuple(STAGE_PREFIX + name for name in stages)


def episode_columns(stages: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of episodes.csv for stages of these names."""
    return (
        *("episode", "env_steps", "wall_s", "success", "strict_success"),
        *stage_columns(stages),
        *LEARNER_COLUMNS,
        *("guide_share_before", "guide_share_after", "contact", "clipped_share", "solo", "practice"),
        *("stopped", "guide_stage", "updates", "age_mean", "step_duration"),
    )


def progress_columns(stages: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of progress.csv for stages of these names."""
    return (
        *("episode", "env_steps", "wall_s", "success", "strict_success"),
        *stage_columns(stages),
        *LEARNER_COLUMNS,
        *("guide_share_before", "guide_share_after", "contact_rate", "clipped_share", "solo_share"),
        *("updates", "evaluation_episodes", "evaluation_clipped_share"),
    )


def episode_row(report: EpisodeReport, stages: Sequence[str]) -> Row:
    """Return a training episode as a row of episodes.csv; what the learner did not report is NaN."""
    return {
        "episode": report.episode,
        "env_steps": report.env_steps,
        "wall_s": report.wall_s,
        "success": report.success,
        "strict_success": report.strict_success,
        **dict(zip(stage_columns(stages), report.stage_success, strict=True)),
        **{name: report.learner.get(name, math.nan) for name in LEARNER_COLUMNS},
        "guide_share_before": report.guide_share_before,
        "guide_share_after": report.guide_share_after,
        "contact": report.contact,
        "clipped_share": report.clipped_share,
        "solo": report.solo,
        "practice": report.practice,
        "stopped": report.stopped,
        "guide_stage": report.guide_stage,
        "updates": report.updates,
        "age_mean": report.age_mean,
        "step_duration": report.step_duration,
    }


def progress_row(report: EvaluationReport, episodes: Sequence[Row], stages: Sequence[str]) -> Row:
    """Return an evaluation as a row of progress.csv.

    Args:
        report: The evaluation; `success` and `strict_success` are its own.
        episodes: Rows of the training episodes since the evaluation before. Their values are averaged without NaN,
            except for the stages' mastery, of which the last counts, and the Q range, which spans all of them.
        stages: Names of the stages, easiest first.
    """

    def values(column: str) -> list[float]:
        return [row[column] for row in episodes if not math.isnan(row[column])]

    def mean(column: str) -> float:
        return _mean(values(column))

    return {
        "episode": report.episode,
        "env_steps": report.env_steps,
        "wall_s": report.wall_s,
        "success": report.success_rate,
        "strict_success": report.strict_success_rate,
        **{column: episodes[-1][column] if episodes else math.nan for column in stage_columns(stages)},
        "critic_loss": mean("critic_loss"),
        "actor_loss": mean("actor_loss"),
        "q_mean": mean("q_mean"),
        "q_min": min(values("q_min"), default=math.nan),
        "q_max": max(values("q_max"), default=math.nan),
        "unmoved_share": mean("unmoved_share"),
        "guide_share_before": mean("guide_share_before"),
        "guide_share_after": mean("guide_share_after"),
        "contact_rate": mean("contact"),
        "clipped_share": mean("clipped_share"),
        "solo_share": mean("solo"),
        "updates": report.updates,
        "evaluation_episodes": report.evaluation_episodes,
        "evaluation_clipped_share": report.clipped_share,
    }


class ProgressCsv:
    """Keeps both tables of a run."""

    def __init__(self, run: RunDirectory, stages: Sequence[str], *, last_episode: int) -> None:
        """Start the tables of a new run, or go on with those of a resumed one.

        Args:
            run: Where the tables are.
            stages: Names of the stages, easiest first.
            last_episode: Training episodes that the run starts from, 0 for a new one; later rows are dropped.

        Raises:
            ValueError: A table has other columns.
            OSError: A table cannot be written.
        """
        self._stages = tuple(stages)
        self._episodes = EpisodeTable(run.episodes, episode_columns(stages), last_episode=last_episode)
        self._progress = EpisodeTable(run.progress, progress_columns(stages), last_episode=last_episode)
        columns = read_table(run.episodes)
        self._rows: list[Row] = [
            dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
        ]

    @property
    def env_steps(self) -> int:
        """Training steps up to the last row of episodes.csv."""
        return int(self._rows[-1]["env_steps"]) if self._rows else 0

    @property
    def has_evaluations(self) -> bool:
        """Whether progress.csv has rows."""
        return self._progress.last_episode is not None

    def episode(self, report: EpisodeReport) -> None:
        """Add a training episode."""
        row = episode_row(report, self._stages)
        self._episodes.append(row)
        self._rows.append(row)

    def evaluation(self, report: EvaluationReport) -> None:
        """Add an evaluation; one of the same episode, made before a run was killed, is replaced."""
        self._progress.drop_from(report.episode)
        before = self._progress.last_episode or 0
        since = [row for row in self._rows if before < row[EPISODE] <= report.episode]
        self._progress.append(progress_row(report, since, self._stages))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan
