# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""TensorBoard events over environment steps, written without TensorFlow or torch."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from rher_agent.runners.reports import EpisodeReport, EvaluationReport


class TensorBoardWriter:
    """Writes scalars: episode/*, learner/*, stage/* per training episode and evaluation/* per evaluation."""

    def __init__(self, folder: Path, stages: Sequence[str], *, env_steps: int) -> None:
        """Open a new events file.

        Args:
            folder: Where it goes; TensorBoard names the run after it.
            stages: Names of the stages, easiest first.
            env_steps: Training steps that the run starts from. Of earlier events files in the folder TensorBoard then
                shows nothing beyond these steps.

        Raises:
            OSError: The file cannot be written.
        """
        self._stages = tuple(stages)
        self._writer = EventFileWriter(str(folder))
        started = Event(wall_time=time.time(), step=env_steps + 1, session_log=SessionLog(status=SessionLog.START))
        self._writer.add_event(started)

    def episode(self, report: EpisodeReport) -> None:
        """Add a training episode."""
        scalars = {
            "episode/number": report.episode,
            "episode/success": report.success,
            "episode/strict_success": report.strict_success,
            "episode/solo": report.solo,
            "episode/contact": report.contact,
            "episode/guide_share_before": report.guide_share_before,
            "episode/guide_share_after": report.guide_share_after,
            "episode/guide_stage": report.guide_stage,
            "episode/clipped_share": report.clipped_share,
            "episode/stopped": report.stopped,
            "learner/updates": report.updates,
        }
        scalars |= {f"learner/{name}": value for name, value in report.learner.items()}
        scalars |= {f"stage/{name}": value for name, value in zip(self._stages, report.stage_success, strict=True)}
        self._add(scalars, report.env_steps)

    def evaluation(self, report: EvaluationReport) -> None:
        """Add an evaluation and bring everything so far to the disk."""
        scalars = {
            "evaluation/success": report.success_rate,
            "evaluation/strict_success": report.strict_success_rate,
            "evaluation/clipped_share": report.clipped_share,
        }
        self._add(scalars, report.env_steps)
        self._writer.flush()

    def close(self) -> None:
        """Bring everything to the disk and let go of the file."""
        self._writer.close()

    def _add(self, scalars: Mapping[str, float], env_steps: int) -> None:
        values = [Summary.Value(tag=tag, simple_value=value) for tag, value in scalars.items() if not math.isnan(value)]
        self._writer.add_event(Event(wall_time=time.time(), step=env_steps, summary=Summary(value=values)))
