# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A fixed camera on a post across the table, looking back at the square where things lie."""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import NDArray
from transforms3d.quaternions import mat2quat, qmult

Vector = NDArray[np.float64]

CAMERA = "color"
"""Name of the camera."""
POST_GEOM = "camera_post"

POSITION = (1.15, 0.0, 0.39)
"""Where the lens is, in base_link [m]: out of the arm's reach, the arm behind the objects. It sees under the palm of
the gripper, so that a tool which pushes away from the lens hides a part of the cube only."""
POST_RADIUS = 0.02
"""[m]"""
HOUSING_HALF_SIZE = (0.0125, 0.045, 0.0125)
"""Half extents of the housing; a D435 measures 25 x 90 x 25 mm [m]."""
VERTICAL_FIELD = 42.0
"""Vertical field of view of a D435's colour stream [deg] (maker's data sheet)."""
OVERVIEW = "overview"
"""Name of the camera for pictures of the whole arm."""
OVERVIEW_POSITION = (1.35, -1.05, 0.85)
OVERVIEW_TARGET = (0.28, 0.02, 0.20)
"""Where that camera is and what it looks at, in base_link [m]."""
COLOUR = (0.25, 0.25, 0.27, 1.0)
OPTICAL_TURN = np.array((0.0, 1.0, 0.0, 0.0))
"""From MuJoCo's camera, which looks along -z with y up, to an optical frame, which looks along z with y down."""


def add_camera(spec: mujoco.MjSpec, target: tuple[float, float]) -> None:
    """Add post, housing and camera.

    Args:
        spec: Where to add them.
        target: Point of the table in the middle of the picture, in base_link [m].
    """
    position = np.array(POSITION)
    forward, quaternion = _look_at(position, np.array([*target, 0.0]))
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


def add_overview(spec: mujoco.MjSpec) -> None:
    """Add a camera that no robot has: it sees the whole arm, for pictures."""
    _, quaternion = _look_at(np.array(OVERVIEW_POSITION), np.array(OVERVIEW_TARGET))
    spec.worldbody.add_camera(name=OVERVIEW, pos=OVERVIEW_POSITION, quat=quaternion, fovy=VERTICAL_FIELD)


def optical_pose(target: tuple[float, float]) -> tuple[Vector, Vector]:
    """Return position [m] and quaternion w, x, y, z in base_link of the optical frame of add_camera's camera.

    Args:
        target: Point of the table in the middle of the picture, in base_link [m].
    """
    position = np.array(POSITION)
    _, quaternion = _look_at(position, np.array([*target, 0.0]))
    return position, qmult(quaternion, OPTICAL_TURN)


def _look_at(position: Vector, target: Vector) -> tuple[Vector, Vector]:
    """Return the unit direction of view and the quaternion of a level camera that looks from one point to another."""
    forward = (target - position) / np.linalg.norm(target - position)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    # A MuJoCo camera looks along its -z with y up.
    return forward, mat2quat(np.column_stack((right, np.cross(right, forward), -forward)))
