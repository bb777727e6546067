# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The table before the arm."""

from __future__ import annotations

import mujoco

TABLE_GEOM = "table"
"""Name of the plane that carries contacts."""

LENGTH = 1.60
"""Extent along x [m]."""
WIDTH = 1.40
"""Extent along y [m]."""
CENTER_X = 0.45
"""Middle of the table along x, in base_link [m]."""
THICKNESS = 0.04
"""Thickness of the top, only seen [m]."""
FRICTION = (0.45, 0.005, 0.0001)
"""Sliding (plastic on laminate, 0.4 to 0.5), torsional [m] and rolling [m] friction (MuJoCo's defaults)."""
IMPEDANCE = (0.4, 0.95, 0.0005, 0.5, 2.0)
"""MuJoCo's solimp: stiffens within half a millimetre, so that edges of a pushed cube do not hop at a 5 ms step."""
PRIORITY = 2
"""The table decides how a contact with it behaves."""
COLOUR = (0.78, 0.74, 0.68, 1.0)


def add_table(spec: mujoco.MjSpec, height: float) -> None:
    """Add the table: a plane for contacts, which is infinite and fast, and a slab to look at.

    Args:
        spec: Where to add it.
        height: Of its top in base_link [m].
    """
    spec.worldbody.add_geom(
        name=TABLE_GEOM,
        type=mujoco.mjtGeom.mjGEOM_PLANE,
        pos=(CENTER_X, 0.0, height),
        size=(LENGTH / 2.0, WIDTH / 2.0, THICKNESS),
        friction=FRICTION,
        solimp=IMPEDANCE,
        priority=PRIORITY,
        rgba=COLOUR,
    )
    spec.worldbody.add_geom(
        name="table_slab",
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=(CENTER_X, 0.0, height - THICKNESS / 2.0 - 1e-3),
        size=(LENGTH / 2.0, WIDTH / 2.0, THICKNESS / 2.0),
        rgba=COLOUR,
        contype=0,
        conaffinity=0,
    )
