# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the released RHER and plain HER show their networks: where everything is on the table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_agent.modules.encoder import RelayEncoder
from rher_agent.modules.roles import Roles
from rher_agent.tasks.stage_rules import Goals
from rher_agent.tasks.task import RelayTask


class AbsoluteEncoder(RelayEncoder):
    """Encodes B observations with their goals as absolute positions, for comparison.

    The order of the features: position of the TCP; position of every object; per object its position relative to the
    TCP; free vectors; yaws; scalars; the reach slot (reach goal); one slot per object (its goal). Slots are masked and
    roles tagged as in RelayEncoder.
    """

    def __init__(self, task: RelayTask, *, roles: Roles | None = None) -> None:
        super().__init__(task, roles=roles, positions=3 + 6 * len(task.object_names))

    def features(self, observations: NDArray[np.float64], goals: Goals) -> NDArray[np.float32]:
        """Encode observations (B, layout.size) with their goals; shape (B, size), not normalised, not masked."""
        rows = len(observations)
        tcp = self._rules.tcp_positions(observations)
        objects = self._rules.object_positions(observations)
        parts = (
            tcp,
            objects.reshape(rows, -1),
            (objects - tcp[:, None]).reshape(rows, -1),
            observations[:, self._vectors],
            observations[:, self._yaws],
            observations[:, self._layout.scalars],
            goals.reach,
            goals.objects.reshape(rows, -1),
        )
        return np.concatenate(parts, axis=1, dtype=np.float32)
