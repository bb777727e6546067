# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tells the graph how training goes: /rher/status for people and tools, /diagnostics for monitors."""

from __future__ import annotations

import math
from collections.abc import Sequence

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.node import Node
from rher_interfaces.msg import TrainingStatus

from rher_agent.ros.quality import LATCHED
from rher_agent.runners.evaluator import Evaluation
from rher_agent.runners.reports import EpisodeReport, EvaluationReport, RunSummary

STATUS = "rher/status"
DIAGNOSTICS = "/diagnostics"
DIAGNOSTICS_DEPTH = 10
"""Queue of /diagnostics, where every node publishes."""


class StatusPublisher:
    """A reporter that publishes."""

    def __init__(
        self, node: Node, *, run: str, task: str, phase: str, stages: Sequence[str], max_episodes: int
    ) -> None:
        """Prepare the publishers.

        Args:
            node: Carries them.
            run: Directory of the run.
            task: Name of the task.
            phase: What goes on: train or evaluate.
            stages: Names of the stages, easiest first.
            max_episodes: Training episodes after which the run gives up.
        """
        self._node = node
        # The last status holds until the next: who joins late sees where training stands.
        self._publisher = node.create_publisher(TrainingStatus, STATUS, LATCHED)
        self._diagnostics = node.create_publisher(DiagnosticArray, DIAGNOSTICS, DIAGNOSTICS_DEPTH)
        self._practice = False
        self._message = TrainingStatus(
            run=run, task=task, phase=phase, stages=list(stages), max_episodes=max_episodes, success_rate=math.nan
        )

    def episode(self, report: EpisodeReport) -> None:
        """Publish a training episode."""
        self._practice = report.practice
        message = self._message
        message.episode, message.env_steps, message.updates = report.episode, report.env_steps, report.updates
        message.stage_success = list(report.stage_success)
        message.guide_stage = report.guide_stage
        message.guide_share_before, message.guide_share_after = report.guide_share_before, report.guide_share_after
        message.critic_loss = report.learner.get("critic_loss", math.nan)
        message.actor_loss = report.learner.get("actor_loss", math.nan)
        message.q_mean = report.learner.get("q_mean", math.nan)
        message.env_steps_per_s = report.env_steps / max(report.wall_s, 1e-9)
        message.updates_per_s = report.updates / max(report.wall_s, 1e-9)
        self._publish()

    def evaluation(self, report: EvaluationReport) -> None:
        """Publish an evaluation."""
        self._message.success_rate = report.success_rate
        self._publish()

    def evaluating(self, goal: int, goals: int, met: int) -> None:
        """Publish nothing: the evaluation as a whole tells it."""

    def judging(self, goals: int) -> None:
        """Publish that the final evaluation begins."""
        self._message.phase = "evaluate"
        self._publish()

    def judged(self, evaluation: Evaluation, objects: Sequence[str]) -> None:
        """Publish nothing: the end tells it."""

    def finish(self, summary: RunSummary) -> None:
        """Publish the end, unless ROS is gone already."""
        self._message.phase = "done"
        self._message.success_rate = summary.success_rate
        if self._node.context.ok():
            self._publish()

    def _publish(self) -> None:
        message = self._message
        message.header.stamp = self._node.get_clock().now().to_msg()
        self._publisher.publish(message)
        values = {
            "phase": message.phase,
            "episode": message.episode,
            "last training episode was practice": self._practice,
            "success_rate": message.success_rate,
        }
        status = DiagnosticStatus(
            level=DiagnosticStatus.OK,
            name=f"{self._node.get_name()}: training",
            message=f"episode {message.episode} of {message.max_episodes}",
            hardware_id=message.task,
            values=[KeyValue(key=key, value=str(value)) for key, value in values.items()],
        )
        array = DiagnosticArray(status=[status])
        array.header.stamp = message.header.stamp
        self._diagnostics.publish(array)
