# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of the world at one instant: the arm's TCP and the objects, in base_link and SI units."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

NS_PER_S = 1_000_000_000
"""In a second."""


@dataclass(frozen=True, eq=False)
class ObjectState:
    """One object as perception sees it."""

    name: str
    position: Vector
    """Centre in base_link [m], shape (3,)."""
    orientation: Vector
    """Unit quaternion w, x, y, z of the object in base_link, shape (4,)."""
    linear_velocity: Vector
    """[m/s] in base_link, shape (3,)."""
    angular_velocity: Vector
    """[rad/s] in base_link, shape (3,)."""
    tracked: bool = True
    """False when the pose is only the last one known."""
    age: float = 0.0
    """Time since the pose was last measured [s], counted at the capture that this belongs to."""


@dataclass(frozen=True, eq=False)
class WorldState:
    """The arm and the objects at one instant.

    The twist executed last is part of the state: acceleration limits and delays make positions alone non-Markov.
    """

    stamp_ns: int
    """Time of the state, from integer ticks of the world's clock [ns]."""
    tcp_position: Vector
    """[m] in base_link, shape (3,)."""
    tcp_orientation: Vector
    """Unit quaternion w, x, y, z, shape (4,)."""
    tcp_twist: Vector
    """Linear [m/s] then angular [rad/s] velocity of the TCP in base_link, shape (6,)."""
    gripper: float
    """Opening between the finger tips [m]."""
    wrench: Vector
    """Force [N] then torque [N m] on the TCP in base_link, shape (6,)."""
    executed_twist: Vector
    """The twist executed over the last control period, linear then angular, in base_link, shape (6,)."""
    objects: tuple[ObjectState, ...]
    """In the order of the task."""
    objects_stamp_ns: int
    """Time of the capture in which the objects were seen [ns]; before stamp_ns by the latency of the camera."""

    @property
    def age(self) -> float:
        """Age of the oldest pose among the objects at the time of the state [s]."""
        # In real time what was seen can be a little newer than the arm's state.
        latency = max(0, self.stamp_ns - self.objects_stamp_ns) / NS_PER_S
        return latency + max((item.age for item in self.objects), default=0.0)


def with_last_known(state: WorldState, before: WorldState | None) -> WorldState:
    """Return a state in which an object that perception knows nothing of any more is where it was seen last.

    A perception that was started anew tells no place at all, and what is no number must not reach a learner.
    """
    if before is None or all(np.isfinite(item.position).all() for item in state.objects):
        return state
    known = {item.name: item for item in before.objects}
    objects = tuple(
        item
        if np.isfinite(item.position).all() or item.name not in known
        else replace(known[item.name], tracked=False, age=item.age)
        for item in state.objects
    )
    return replace(state, objects=objects)
