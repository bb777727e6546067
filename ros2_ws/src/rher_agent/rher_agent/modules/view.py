# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How the networks see a situation: alike objects in order, encoded, and turned to the canonical frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.canonical_frame import CanonicalFrame, Frame
from rher_agent.modules.encoder import RelayEncoder
from rher_agent.modules.exchange import Exchange
from rher_agent.tasks.stage_rules import Goals


@dataclass(frozen=True, eq=False)
class Seen:
    """B situations as the networks see them."""

    features: NDArray[np.float32]
    """Not normalised, not masked, shape (B, encoder.size)."""
    roles: NDArray[np.int64]
    """What each asks for, see modules/roles.py, shape (B,)."""
    frame: Frame | None
    """How the situations were turned, which actions have to be too; None without a canonical frame."""


@dataclass(frozen=True, eq=False)
class View:
    """One way to see a task; exchange and frame are None where they are not used."""

    encoder: RelayEncoder
    frame: CanonicalFrame | None = None
    exchange: Exchange | None = None

    def see(self, observations: NDArray[np.float64], goals: Goals) -> Seen:
        """Return how observations (B, layout.size) with their goals are seen."""
        roles = goals.stages
        if self.exchange is not None:
            observations, goals, roles = self.exchange.arrange(observations, goals)
        features = self.encoder.features(observations, goals)
        if self.frame is None:
            return Seen(features, roles, None)
        frame = self.frame.find(features, roles)
        return Seen(self.frame.features(features, frame), roles, frame)

    def actions(self, actions: NDArray[np.float32], seen: Seen) -> NDArray[np.float32]:
        """Return actions (B, n) in base_link as they are seen."""
        if self.frame is None or seen.frame is None:
            return actions
        return self.frame.actions(actions, seen.frame)

    def actions_back(self, actions: NDArray[np.float32], seen: Seen) -> NDArray[np.float32]:
        """Return actions (B, n) as they are seen as they are in base_link; undoes `actions`."""
        if self.frame is None or seen.frame is None:
            return actions
        return self.frame.actions_back(actions, seen.frame)
