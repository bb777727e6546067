# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the entries of an observation are, so that the learner can hide absolute positions and use symmetries."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ObservationLayout:
    """Where things stand in an observation vector. All slices are disjoint and lie in [0, size)."""

    size: int
    """Length of an observation."""
    tcp_position: slice
    """Position of the TCP, 3 entries [m] in base_link."""
    object_positions: tuple[slice, ...]
    """Position of each object, 3 entries [m] in base_link."""
    vectors: tuple[slice, ...]
    """Vectors of 3 entries in base_link that turn with the world but have no origin; the velocity of the TCP first."""
    yaws: tuple[slice, ...] = ()
    """Rotations about the vertical as (cos n yaw, sin n yaw), 2 entries, n the symmetry of the body."""
    yaw_symmetries: tuple[int, ...] = ()
    """The n of each of yaws: 4 for a cube, which looks the same after a quarter turn."""
    axial_vectors: tuple[slice, ...] = ()
    """Like vectors, but a mirror turns them the other way too: angular velocities."""
    scalars: slice = field(default_factory=lambda: slice(0, 0))
    """Entries that no planar symmetry changes."""
    object_parts: tuple[tuple[slice, ...], ...] = ()
    """For each object what tells of it besides its position, in the same order for all; asked for only where objects
    are alike."""
