# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A task of two cubes, as far as tests of the learner need one."""

from __future__ import annotations

from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.task import Stage, StageKind

TOLERANCE = 0.05
"""Of every stage [m]."""


class TwoCubes:
    """Reach and move the first cube, then the other."""

    object_names = ("a", "b")
    carried_by: tuple[tuple[int, int], ...] = ()
    stages = (
        Stage("reach_a", StageKind.REACH, 0, TOLERANCE),
        Stage("move_a", StageKind.MOVE, 0, TOLERANCE),
        Stage("reach_b", StageKind.REACH, 1, TOLERANCE),
        Stage("move_b", StageKind.MOVE, 1, TOLERANCE),
    )
    layout = ObservationLayout(
        size=9, tcp_position=slice(0, 3), object_positions=(slice(3, 6), slice(6, 9)), vectors=()
    )
