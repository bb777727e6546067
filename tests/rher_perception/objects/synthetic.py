# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Detections made from a known pose instead of a picture."""

from __future__ import annotations

import math

import numpy as np
from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose
from rher_perception.objects.layout import cube_layout
from rher_perception.tags.code import Code
from rher_perception.tags.detector import Detections, TagDetection

from tests.rher_perception.scene import look_at

CAMERA = CameraModel.pinhole(640, 480, math.radians(42.0))
LAYOUT = cube_layout("cube", 0.05, 0.04, 0)
BASE_FROM_CAMERA = look_at(np.array([0.9, 0.25, 0.65]), np.array([0.5, 0.0, 0.0]))
SD = 0.05
"""Standard deviation of corners [pixel]."""
FACING = 0.3


def see(
    pose: Pose, ids: tuple[int, ...] | None = None, sd: float = 0.0, rng: np.random.Generator | None = None
) -> Detections:
    """Return the detections of the tags that face the camera, or of some of them."""
    rng = rng or np.random.default_rng(0)
    camera_from_object = BASE_FROM_CAMERA.inverse @ pose
    tags = []
    for placed in LAYOUT.tags:
        seen = camera_from_object.apply(placed.corners)
        normal = camera_from_object.rotation @ placed.object_from_tag.rotation[:, 2]
        middle = seen.mean(axis=0)
        if -float(normal @ middle) / np.linalg.norm(middle) > FACING and (ids is None or placed.id in ids):
            corners = CAMERA.project(seen) + rng.normal(0.0, sd, (4, 2)) if sd else CAMERA.project(seen)
            tags.append(
                TagDetection(placed.id, corners, np.tile(SD**2 * np.eye(2), (4, 1, 1)), Code(150.0, 0.9, 0, 9), 0.05)
            )
    return Detections(tuple(tags), ())
