# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Whether two sets of intrinsics say the same, for example a camera's own and those of a calibration of its lens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rher_perception.camera_model import CameraModel

GRID = 15
"""Directions compared along each axis of the picture."""


@dataclass(frozen=True)
class IntrinsicsDifference:
    """How far two cameras are apart."""

    mean_shift: float
    """Mean distance between the pixels in which both see the same direction [pixel]."""
    max_shift: float
    """The greatest of these, mostly in a corner [pixel]."""
    scale: float
    """Mean focal length of the second over that of the first; distances err by as much."""

    def disagreement(self, max_shift: float) -> str:
        """Return in words that the intrinsics differ by more than max_shift [pixel]; empty when they do not."""
        if self.max_shift <= max_shift:
            return ""
        return (
            f"the intrinsics differ by up to {self.max_shift:.2f} pixels, more than {max_shift}, and distances by "
            f"{abs(self.scale - 1.0):.2%}: was the lens or the resolution changed?"
        )


def compare_intrinsics(one: CameraModel, other: CameraModel) -> IntrinsicsDifference:
    """Compare two cameras over the whole picture.

    Raises:
        ValueError: They have pictures of different sizes.
    """
    if (one.width, one.height) != (other.width, other.height):
        raise ValueError(
            f"pictures are {one.width}x{one.height} and {other.width}x{other.height}; allowed: the same size"
        )
    u, v = np.meshgrid(np.linspace(0.0, one.width - 1.0, GRID), np.linspace(0.0, one.height - 1.0, GRID))
    pixels = np.stack((u.ravel(), v.ravel()), axis=1)
    shift = np.linalg.norm(other.measured(one.rays(one.ideal(pixels))) - pixels, axis=1)
    focal = [float(np.trace(camera.matrix[:2, :2])) for camera in (one, other)]
    return IntrinsicsDifference(float(shift.mean()), float(shift.max()), focal[1] / focal[0])
