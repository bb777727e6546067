# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the networks are asked to do, by number: one role for each stage, or fewer where objects are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.stage_rules import StageRules


@dataclass(frozen=True, eq=False)
class Roles:
    """R roles. Objects are named by their place in what the networks see."""

    is_reach: NDArray[np.bool_]
    """Whether the TCP is to be brought somewhere, shape (R,)."""
    holds: NDArray[np.bool_]
    """Which objects are bound to a position, shape (R, objects)."""
    leader: NDArray[np.int64]
    """The object that has to be reached or moved first, shape (R,)."""
    reaches_leader: NDArray[np.bool_]
    """Whether that object only has to be reached, shape (R,)."""


def roles_of_stages(rules: StageRules) -> Roles:
    """Return a role for each stage, with the objects in the order of the task."""
    return Roles(rules.is_reach, rules.holds, rules.object_index, rules.is_reach)


def roles_of_alike(objects: int) -> Roles:
    """Return the roles where the object that leads comes first: reach the one at each place, or move them all."""
    places = np.arange(objects)
    is_reach = np.append(np.ones(objects, dtype=bool), False)
    return Roles(
        is_reach=is_reach,
        holds=np.append(places[:, None] != places, np.ones((1, objects), dtype=bool), axis=0),
        leader=np.zeros(objects + 1, dtype=np.int64),
        reaches_leader=np.append(places == 0, False),
    )
