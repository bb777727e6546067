# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the training loop asks of a learner, wherever it runs."""

from __future__ import annotations

from typing import Any, Protocol

from rher_agent.modules.policy import Policy
from rher_agent.storage.episode import Episode


class LearnerError(RuntimeError):
    """The learner could not go on, such as when its process died."""


class Learner(Protocol):
    """Takes in episodes, gives out policies, and keeps itself on disk."""

    @property
    def updates(self) -> int:
        """Critic updates made so far, as far as is known here."""

    @property
    def restored(self) -> dict[str, Any] | None:
        """What the training loop saved last, when a run is resumed; the mastery alone, when started from another."""

    def learn(self, episode: Episode, loop: dict[str, Any]) -> dict[str, float]:
        """Take in an episode, make the updates that are due after it, and keep everything on disk.

        Args:
            episode: The newest one.
            loop: The training loop's own state after it, plain values that `restored` gives back.

        Returns:
            The newest mean metrics.
        """

    def policy(self, *, averaged: bool) -> Policy:
        """Return the newest frozen policy, of the averaged weights or of the online ones."""

    def save(self, loop: dict[str, Any], *, keep: bool) -> None:
        """Keep everything on disk once more, with a newer state of the training loop.

        Args:
            loop: Plain values that `restored` gives back.
            keep: Also keep a copy under the number of the episode.
        """

    def catch_up(self) -> None:
        """Return when all updates asked for are made and saved."""

    def close(self) -> None:
        """Let go of files and processes."""
