# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A fixed camera on a post across the table, looking back at the square where things lie."""

from __future__ import annotations

import mujoco
import numpy as np
from transforms3d.quaternions import mat2quat

CAMERA = "color"
"""Name of the camera."""
POST_GEOM = "camera_post"

POSITION = (1.20, 0.0, 0.80)
"""Where the lens is, in base_link [m]: out of the arm's reach, with the arm behind the objects."""
POST_RADIUS = 0.02
"""[m]"""
HOUSING_HALF_SIZE = (0.0125, 0.045, 0.0125)
"""Half extents of the housing; a D435 measures 25 x 90 x 25 mm [m]."""
VERTICAL_FIELD = 42.0
"""Vertical field of view of a D435's colour stream [deg] (maker's data sheet)."""
COLOUR = (0.25, 0.25, 0.27, 1.0)


def add_camera(spec: mujoco.MjSpec, target: tuple[float, float]) -> None:
    """Add post, housing and camera.

    Args:
        spec: Where to add them.
        target: Point of the table in the middle of the picture, in base_link [m].
    """
    position = np.array(POSITION)
    forward = np.array([*target, 0.0]) - position
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    # A MuJoCo camera looks along its -z with y up.
    rotation = np.column_stack((right, np.cross(right, forward), -forward))
    quaternion = mat2quat(rotation)
    spec.worldbody.add_camera(name=CAMERA, pos=position, quat=quaternion, fovy=VERTICAL_FIELD)

    behind = position - 2.0 * HOUSING_HALF_SIZE[0] * forward
    spec.worldbody.add_geom(
        name="camera_housing",
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=behind,
        size=HOUSING_HALF_SIZE,
        rgba=COLOUR,
    )
    spec.worldbody.add_geom(
        name=POST_GEOM,
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        fromto=(behind[0], behind[1], 0.0, behind[0], behind[1], behind[2] - HOUSING_HALF_SIZE[2]),
        size=(POST_RADIUS, 0.0, 0.0),
        rgba=COLOUR,
    )
