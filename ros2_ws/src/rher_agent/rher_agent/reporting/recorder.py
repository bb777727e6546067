# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tells everyone who keeps or shows something of a run."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence
from typing import TextIO

from rher_agent.reporting.judgement import write_judgement
from rher_agent.reporting.learning_curve import plot_runs
from rher_agent.reporting.progress_csv import ProgressCsv
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.reporting.status_line import StatusLine
from rher_agent.reporting.summary import end_sentence, write_summary
from rher_agent.reporting.tensorboard import TensorBoardWriter
from rher_agent.runners.evaluator import Evaluation
from rher_agent.runners.reports import EpisodeReport, EvaluationReport, RunSummary

LOGGER = logging.getLogger(__name__)


class RunRecorder:
    """The reporter of a run: tables, TensorBoard, status line and learning curve as it goes, a summary at the end."""

    def __init__(
        self,
        run: RunDirectory,
        *,
        stages: Sequence[str],
        max_episodes: int,
        target_success: float,
        resumed_episode: int = 0,
        stream: TextIO = sys.stderr,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start recording, or go on.

        Args:
            run: Where everything goes.
            stages: Names of the stages, easiest first.
            max_episodes: Training episodes after which the run gives up.
            target_success: Success at which it is done, drawn as a line.
            resumed_episode: Training episodes that the run starts from; what was recorded beyond is dropped.
            stream: Where the status line goes.
            clock: Returns a time that only grows [s].

        Raises:
            ValueError: A table of the resumed run has other columns.
            OSError: Something cannot be written.
        """
        self._run = run
        self._target_success = target_success
        self._tables = ProgressCsv(run, stages, last_episode=resumed_episode)
        self._tensorboard = TensorBoardWriter(run.path, stages, env_steps=self._tables.env_steps)
        self._status = StatusLine(stream, clock=clock, stages=stages, max_episodes=max_episodes)

    def episode(self, report: EpisodeReport) -> None:
        """Record and show a training episode."""
        self._tables.episode(report)
        self._tensorboard.episode(report)
        self._status.episode(report)

    def evaluation(self, report: EvaluationReport) -> None:
        """Record and show an evaluation."""
        self._tables.evaluation(report)
        self._tensorboard.evaluation(report)
        self._status.evaluation(report)
        self._draw()

    def evaluating(self, goal: int, goals: int, met: int) -> None:
        """Record and show nothing: the evaluation as a whole tells it."""

    def judging(self, goals: int) -> None:
        """Say that the final evaluation begins."""
        self._status.close(f"Training is over; judging the policy on {goals} fresh goals.")

    def judged(self, evaluation: Evaluation, objects: Sequence[str]) -> None:
        """Write its table and its picture."""
        write_judgement(evaluation.episodes, objects, self._run.judgement, self._run.judgement_picture)

    def finish(self, summary: RunSummary) -> None:
        """Write the summary and the picture, close everything and say how the run ended."""
        write_summary(self._run.summary, summary)
        self._tensorboard.close()
        self._draw()
        self._status.close(end_sentence(summary, self._run.path))

    def _draw(self) -> None:
        """Draw the learning curve so far. Its numbers are in progress.csv: a picture that fails ends no run."""
        if not self._tables.has_evaluations:
            return
        try:
            plot_runs([self._run.progress], self._run.learning_curve, target_success=self._target_success)
        except Exception as error:  # whatever a library that draws raises, and a full disk
            LOGGER.warning("%s is not redrawn: %s", self._run.learning_curve, error)
