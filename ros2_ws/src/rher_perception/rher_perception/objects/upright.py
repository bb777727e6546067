# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The upright pose nearest to another."""

from __future__ import annotations

import numpy as np

from rher_perception.geometry import Pose, rotation_from_vector
from rher_perception.objects.parameters import PlanarConstraint

VERTICAL = np.array((0.0, 0.0, 1.0))


def stand(pose: Pose, plane: PlanarConstraint) -> Pose | None:
    """Return the upright pose nearest to another, or None when that one tilts too much."""
    up = pose.rotation[:, 2]
    turn = np.cross(up, VERTICAL)
    sine = float(np.linalg.norm(turn))
    tilt = float(np.arctan2(sine, up[2]))
    if tilt > plane.max_tilt:
        return None
    level = rotation_from_vector(turn / sine * tilt) if sine > 0.0 else np.eye(3)
    return Pose(level @ pose.rotation, np.array([*pose.translation[:2], plane.height]))
