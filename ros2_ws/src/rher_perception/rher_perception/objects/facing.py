# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which tags of an object face the lens."""

from __future__ import annotations

import math

import numpy as np

from rher_perception.geometry import Pose
from rher_perception.objects.layout import PlacedTag, TagLayout
from rher_perception.objects.refinement import NEAREST

MIN_FACING = math.cos(math.radians(75.0))
"""A tag turned further away from the lens is not looked for."""


def facing_tags(layout: TagLayout, camera_from_object: Pose) -> list[PlacedTag]:
    """Return the tags in front of the lens whose print is turned towards it."""
    facing = []
    for tag in layout.tags:
        seen = camera_from_object.apply(tag.corners)
        middle = seen.mean(axis=0)
        normal = camera_from_object.rotation @ tag.object_from_tag.rotation[:, 2]
        towards = -float(normal @ middle) / max(float(np.linalg.norm(middle)), NEAREST)
        if towards > MIN_FACING and seen[:, 2].min() > NEAREST:
            facing.append(tag)
    return facing
