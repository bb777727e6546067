# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The pose of one square tag.

A small square seen from afar has two poses that look nearly alike, tilted to either side of the line of sight. Both are
kept, because only more evidence tells which is right (Collins and Bartoli, Infinitesimal Plane-based Pose Estimation,
IJCV 2014).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose

Vector = NDArray[np.float64]


def square_corners(size: float) -> Vector:
    """Return the corners of a tag with x right, y up and z out of the print [m]: TL, TR, BR, BL; shape (4, 3)."""
    half = size / 2.0
    return np.array([[-half, half, 0.0], [half, half, 0.0], [half, -half, 0.0], [-half, -half, 0.0]])


def square_poses(corners: Vector, size: float, camera: CameraModel) -> tuple[Pose, ...]:
    """Return the poses camera_from_tag that fit a tag's corners, best first; at most two.

    Args:
        corners: Ideal pixels, shape (4, 2), as in TagDetection.
        size: Side of the black square [m].
        camera: Intrinsics.
    """
    try:
        _, rotations, translations, _ = cv2.solvePnPGeneric(
            square_corners(size), corners.reshape(4, 1, 2), camera.matrix, None, flags=cv2.SOLVEPNP_IPPE_SQUARE
        )
    except cv2.error:
        return ()
    poses = []
    for vector, translation in zip(rotations, translations, strict=True):
        if np.isfinite(vector).all() and np.isfinite(translation).all() and translation[2, 0] > 0.0:
            poses.append(Pose.from_opencv(vector, translation))
    return tuple(poses)
