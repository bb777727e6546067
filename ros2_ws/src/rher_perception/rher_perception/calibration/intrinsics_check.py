# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Whether a camera's own intrinsics agree with what it saw of the calibration's target.

Focal lengths and principal point are estimated from the corners of all standstills (Zhang, IEEE Transactions on Pattern
Analysis and Machine Intelligence 22(11), 2000). The distortion stays the camera's own: a small target seldom reaches
the corners of the picture, which alone would tell it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from rher_perception.calibration.intrinsics import IntrinsicsDifference, compare_intrinsics
from rher_perception.calibration.target_view import TargetView
from rher_perception.camera_model import CameraModel

LEAST_CORNERS = 8
"""A picture with fewer tells nothing of the intrinsics: four points determine no more than a pose."""
LEAST_PICTURES = 6
FLAGS = (
    cv2.CALIB_USE_INTRINSIC_GUESS
    | cv2.CALIB_ZERO_TANGENT_DIST
    | cv2.CALIB_FIX_K1
    | cv2.CALIB_FIX_K2
    | cv2.CALIB_FIX_K3
    | cv2.CALIB_FIX_ASPECT_RATIO
)
CERTAIN = 3.0
"""A difference counts when it is so many standard deviations beyond the limit."""


@dataclass(frozen=True, eq=False)
class IntrinsicsCheck:
    """Estimated intrinsics against a camera's own."""

    estimated: CameraModel
    difference: IntrinsicsDifference
    shift_sd: float
    """Standard deviation of the estimate, as the shift of a pixel in the corner of the picture [pixel]."""
    scale_sd: float
    """Of the focal length, as a share of it."""
    reprojection: float
    """Root mean square distance of the corners from the fit [pixel]."""

    def warning(self, max_shift: float) -> str:
        """Return in words that the intrinsics surely differ by more than max_shift [pixel]; empty when they do not."""
        if self.difference.max_shift - CERTAIN * self.shift_sd <= max_shift:
            return ""
        return self.difference.disagreement(max_shift)

    @property
    def summary(self) -> str:
        """The comparison in one line."""
        return (
            f"intrinsics by the target's corners: focal length {self.difference.scale - 1.0:+.2%} "
            f"(sd {self.scale_sd:.2%}), pixels up to {self.difference.max_shift:.1f} off (sd {self.shift_sd:.1f})"
        )


def check_intrinsics(views: list[TargetView], camera: CameraModel) -> IntrinsicsCheck | None:
    """Estimate the intrinsics and compare; None when the pictures do not determine them.

    Args:
        views: One picture of each standstill.
        camera: The camera's own intrinsics.
    """
    usable = [view for view in views if len(view.points) >= LEAST_CORNERS]
    if len(usable) < LEAST_PICTURES:
        return None
    try:
        # The corners are ideal pixels already, hence no distortion is left.
        error, matrix, _, _, _, deviations, _, _ = cv2.calibrateCameraExtended(
            [view.points.astype(np.float32) for view in usable],
            [view.pixels.astype(np.float32) for view in usable],
            (camera.width, camera.height),
            camera.matrix.copy(),
            np.zeros(5),
            flags=FLAGS,
        )
        estimated = CameraModel(camera.width, camera.height, np.asarray(matrix, np.float64), camera.distortion)
        difference = compare_intrinsics(camera, estimated)
    except (cv2.error, ValueError):
        return None
    focal_sd, centre_sd = float(deviations[:2].max()), float(np.linalg.norm(deviations[2:4]))
    scale_sd = focal_sd / float(estimated.matrix[0, 0])
    corner = math.hypot(camera.width, camera.height) / 2.0
    spread = math.hypot(centre_sd, scale_sd * corner)
    if not math.isfinite(spread) or not math.isfinite(difference.max_shift):
        return None
    return IntrinsicsCheck(estimated, difference, spread, scale_sd, float(error))
