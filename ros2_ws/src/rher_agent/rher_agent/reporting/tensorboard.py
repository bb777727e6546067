# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""TensorBoard events over environment steps, written without TensorFlow or torch."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import DATA_CLASS_SCALAR, Summary, SummaryMetadata
from tensorboard.plugins.scalar.metadata import PLUGIN_NAME
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from rher_agent.runners.reports import EpisodeReport, EvaluationReport

UNKNOWN = "a figure that is not described here"
STAGE = "share of the stage's last chances that it took [0 to 1]"
MEANINGS = {
    "episode/number": "training episodes so far",
    "episode/success": "the last stage was done at the last step [0 or 1]",
    "episode/strict_success": "it was done within half the tolerance, at rest, released [0 or 1]",
    "episode/solo": "the last stage did the episode alone [0 or 1]",
    "episode/practice": "only the first object was to be moved, which is no success of the task [0 or 1]",
    "episode/contact": "the TCP came within the contact radius of the object at hand [0 or 1]",
    "episode/guide_share_before": "share of the steps before the first contact that the guide took [0 to 1]",
    "episode/guide_share_after": "share of the steps after the first contact that the guide took [0 to 1]",
    "episode/guide_stage": "index of the stage that guides, 0 for the first",
    "episode/clipped_share": "share of the steps whose motion a safety limit changed [0 to 1]",
    "episode/stopped": "a stop ended the episode [0 or 1]",
    "episode/age_mean": "mean age of what was seen in the steps that were acted on [s]",
    "episode/step_duration": "mean duration of a step [s]",
    "time/wall": "wall time of the run so far, resumed parts included [s]",
    "time/training": "the part of it spent on training episodes and updates, evaluations left out [s]",
    "learner/updates": "critic updates so far",
    "learner/critic_loss": "squared error of the values, mean over the updates after the episode [reward^2]",
    "learner/actor_loss": "minus the value of what the policy does, and its cost of actions [reward]",
    "learner/q_mean": "mean value of an action: a step costs 1, later ones less, until the stage is done [reward]",
    "learner/q_min": "least value of an action [reward]",
    "learner/q_max": "greatest value of an action [reward]",
    "learner/unmoved_share": "share of the relabelled rows whose object never moved [0 to 1]",
    "evaluation/success": "share of episodes on fresh goals that succeeded [0 to 1]",
    "evaluation/strict_success": "share of them that did within half the tolerance, at rest, released [0 to 1]",
    "evaluation/clipped_share": "share of the steps whose motion a safety limit changed [0 to 1]",
}
"""What a scalar tells, with its unit; TensorBoard shows it beside the curve."""


class TensorBoardWriter:
    """Writes scalars: episode/*, time/*, learner/*, stage/* per training episode and evaluation/* per evaluation."""

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
        self._told: set[str] = set()
        started = Event(wall_time=time.time(), step=env_steps + 1, session_log=SessionLog(status=SessionLog.START))
        self._writer.add_event(started)

    def episode(self, report: EpisodeReport) -> None:
        """Add a training episode."""
        scalars = {
            "episode/number": report.episode,
            "episode/success": report.success,
            "episode/strict_success": report.strict_success,
            "episode/solo": report.solo,
            "episode/practice": report.practice,
            "episode/contact": report.contact,
            "episode/guide_share_before": report.guide_share_before,
            "episode/guide_share_after": report.guide_share_after,
            "episode/guide_stage": report.guide_stage,
            "episode/clipped_share": report.clipped_share,
            "episode/stopped": report.stopped,
            "episode/age_mean": report.age_mean,
            "episode/step_duration": report.step_duration,
            "time/wall": report.wall_s,
            "time/training": report.training_s,
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
        values = []
        for tag, value in scalars.items():
            if math.isnan(value):
                continue
            # The meaning goes with the first value of a tag: with every one it would be most of the file.
            metadata = None if tag in self._told else _metadata(tag)
            self._told.add(tag)
            values.append(Summary.Value(tag=tag, simple_value=value, metadata=metadata))
        self._writer.add_event(Event(wall_time=time.time(), step=env_steps, summary=Summary(value=values)))


def _metadata(tag: str) -> SummaryMetadata:
    meaning = STAGE if tag.startswith("stage/") else MEANINGS.get(tag, UNKNOWN)
    # Without plugin and class TensorBoard's server forgets the description.
    plugin = SummaryMetadata.PluginData(plugin_name=PLUGIN_NAME)
    return SummaryMetadata(summary_description=meaning, plugin_data=plugin, data_class=DATA_CLASS_SCALAR)
