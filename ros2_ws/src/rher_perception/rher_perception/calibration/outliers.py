# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which samples of a hand-eye calibration do not belong, before anything is solved.

Between two standstills, arm and camera see the same screw motion: the angle, and the shift along its axis, are equal
whatever X is (Chen, A Screw Motion Approach to Uniqueness Analysis of Head-Eye Geometry, CVPR 1991). A sample that
disagrees with most others is an outlier.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rher_perception.calibration.samples import HandEyeSample, Setup
from rher_perception.geometry import Pose, vector_from_rotation

Vector = NDArray[np.float64]

ANGLE_FLOOR = math.radians(0.5)
SHIFT_FLOOR = 0.004
"""Disagreements below these are noise [rad] and [m]."""
WORST_TO_MEDIAN = 4.0
"""A sample is an outlier when its disagreement is so many times the median sample's."""


def screw_outliers(samples: list[HandEyeSample], setup: Setup) -> list[int]:
    """Return the indices of samples that disagree with most others."""
    count = len(samples)
    angle, shift = np.full((count, count), np.nan), np.full((count, count), np.nan)
    for i, one in enumerate(samples):
        for j, other in enumerate(samples[:i]):
            arm_angle, arm_shift = _screw(other.chain(setup).inverse @ one.chain(setup))
            eye_angle, eye_shift = _screw(other.camera_from_target @ one.camera_from_target.inverse)
            angle[i, j] = angle[j, i] = abs(arm_angle - eye_angle)
            shift[i, j] = shift[j, i] = abs(arm_shift - eye_shift)
    outliers: set[int] = set()
    for disagreement, floor in ((angle, ANGLE_FLOOR), (shift, SHIFT_FLOOR)):
        scores = np.nanmedian(disagreement, axis=1)
        limit = max(floor, WORST_TO_MEDIAN * float(np.median(scores)))
        outliers |= {int(k) for k in np.flatnonzero(scores > limit)}
    return sorted(outliers)


def _screw(motion: Pose) -> tuple[float, float]:
    """Return angle [rad] and shift along the axis [m] of a motion; the shift counts less, the smaller the angle."""
    vector = vector_from_rotation(motion.rotation)
    angle = float(np.linalg.norm(vector))
    # The axis of a small turn is uncertain; the product with the sine is not, and is as invariant.
    axis = vector / angle if angle > 0.0 else np.zeros(3)
    return angle, float(axis @ motion.translation) * math.sin(angle)
