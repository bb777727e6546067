# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A path of the TCP: poses joined by straight lines, each line turning at a constant rate."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from transforms3d.axangles import axangle2mat

from rher_robot_driver.kinematics.orientation import orientation_error

Vector = NDArray[np.float64]


class MotionRefusedError(ValueError):
    """A motion must not start; the message tells which rule its path breaks, and where."""


class MotionFailedError(RuntimeError):
    """A motion that began does not come to its end; the message tells why."""


@dataclass(frozen=True, eq=False)
class Pose:
    """Where the TCP is, in base_link."""

    position: Vector
    """[m], shape (3,)."""
    rotation: Vector
    """Rotation matrix, shape (3, 3)."""

    def error_to(self, target: Pose) -> tuple[Vector, Vector]:
        """Return the shift [m] and the rotation vector [rad] that lead to a target, shape (3,) each."""
        return target.position - self.position, orientation_error(target.rotation, self.rotation)


def points_along(path: Sequence[Pose], step: float, turn: float) -> Iterator[Pose]:
    """Yield the poses of a path, its corners included.

    Args:
        path: Corners.
        step: Greatest distance between two poses [m].
        turn: Greatest angle between two poses [rad].
    """
    yield path[0]
    for start, end in itertools.pairwise(path):
        shift, rotation = start.error_to(end)
        angle = math.hypot(*rotation)
        count = max(1, math.ceil(math.hypot(*shift) / step), math.ceil(angle / turn))
        for i in range(1, count + 1):
            share = i / count
            turned = start.rotation
            if angle > 0.0:
                turned = axangle2mat(rotation / angle, share * angle, is_normalized=True) @ start.rotation
            yield Pose(start.position + share * shift, turned)
