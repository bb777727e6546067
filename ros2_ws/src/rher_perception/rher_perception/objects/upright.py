# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The upright pose nearest to another."""

from __future__ import annotations

import numpy as np

from rher_perception.geometry import Pose, rotation_from_vector
from rher_perception.objects.parameters import PlanarConstraint

AXES = np.eye(3)


def stand(pose: Pose, plane: PlanarConstraint) -> Pose | None:
    """Return the upright pose nearest to another, or None when that one tilts too much."""
    axes = np.concatenate((AXES, -AXES)) if plane.any_face_down else AXES[2:]
    ups = axes @ pose.rotation.T
    up = ups[int(ups[:, 2].argmax())]
    turn = np.cross(up, AXES[2])
    sine = float(np.linalg.norm(turn))
    tilt = float(np.arctan2(sine, up[2]))
    if tilt > plane.max_tilt:
        return None
    level = rotation_from_vector(turn / sine * tilt) if sine > 0.0 else np.eye(3)
    return Pose(level @ pose.rotation, np.array([*pose.translation[:2], plane.height]))
