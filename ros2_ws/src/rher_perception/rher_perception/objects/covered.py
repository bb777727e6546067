# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Sees an upright object of which no tag shows whole, as while a finger pushes it towards the far side of the camera.

The print is found near where the object is expected, then the sides that show are measured. Three that are not all
parallel determine an upright object.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose
from rher_perception.objects.estimate import ObjectEstimate, Source
from rher_perception.objects.facing import facing_tags
from rher_perception.objects.layout import TagLayout
from rher_perception.objects.parameters import EstimationParameters, PlanarConstraint
from rher_perception.objects.refinement import PLANAR, Corners, Fit, pose_covariance, refine
from rher_perception.objects.search import find_print
from rher_perception.objects.upright import stand
from rher_perception.tags.detector import TagDetection, TagDetector

Vector = NDArray[np.float64]

UNMEASURED = 100.0
"""A corner whose standard deviation along a direction is greater is not measured along it [pixel]."""


class CoveredObserver:
    """Sees one object by parts of its tags.

    Args:
        layout: Where the object carries tags.
        detector: Measures tags.
        camera: Intrinsics.
        plane: The object stands upright at a known height.
        parameters: What counts as a pose.
    """

    def __init__(
        self,
        layout: TagLayout,
        detector: TagDetector,
        camera: CameraModel,
        plane: PlanarConstraint,
        parameters: EstimationParameters,
    ) -> None:
        self._layout = layout
        self._detector = detector
        self._camera = camera
        self._plane = plane
        self._parameters = parameters

    def observe(
        self, grey: NDArray[np.uint8], base_from_camera: Pose, stamp_ns: int, expected: Pose
    ) -> ObjectEstimate | None:
        """Return the pose, or None when too little shows.

        Args:
            grey: Picture, shape (height, width).
            base_from_camera: Pose of the optical frame at the capture.
            stamp_ns: Time of the capture [ns].
            expected: Where the object should be by the pictures before.
        """
        camera_from_base = base_from_camera.inverse
        upright = stand(expected, self._plane)
        if upright is None:
            return None
        tags = facing_tags(self._layout, camera_from_base @ upright)
        place = find_print(grey, tags, self._detector.dictionary, self._camera, base_from_camera, upright)
        if place is None:
            return None
        pixels = [self._camera.measured((camera_from_base @ place).apply(tag.corners)) for tag in tags]
        seen = self._detector.look(grey, [tag.id for tag in tags], np.array(pixels), covered=True)
        if self._evidence(seen.tags) < self._parameters.min_evidence:
            return None
        pairs = [(tag, placed) for tag in seen.tags if (placed := self._layout.find(tag.id)) is not None]
        corners = Corners(
            points=np.concatenate([placed.corners for _, placed in pairs]),
            pixels=np.concatenate([tag.corners for tag, _ in pairs]),
            covariance=np.concatenate([tag.covariance for tag, _ in pairs]),
        )
        fit = refine(place, corners, self._camera, base_from_camera, PLANAR)
        if fit is None:
            return None
        errors = measured_errors(fit, corners.covariance)
        freedom = len(errors) - len(PLANAR)
        reprojection = math.sqrt(2.0 * float(np.mean(errors**2))) if len(errors) else math.inf
        if freedom < 1 or reprojection > self._parameters.max_reprojection:
            return None
        covariance = pose_covariance(
            fit.information / max(1.0, fit.chi_square / freedom), PLANAR, self._plane.held_variance
        )
        if covariance is None or not self._is_determined(covariance):
            return None
        return ObjectEstimate(
            name=self._layout.name,
            stamp_ns=stamp_ns,
            base_from_object=fit.base_from_object,
            covariance=covariance,
            source=Source.PARTS,
            tags=tuple(tag.id for tag in seen.tags),
            reprojection=reprojection,
            margin=min(tag.code.margin for tag in seen.tags),
        )

    def _evidence(self, tags: Sequence[TagDetection]) -> float:
        """Return by how many standard deviations more bits read right than half of them, as of any other print."""
        bits = self._detector.dictionary.markerSize**2 * len(tags)
        right = bits - sum(tag.code.wrong_bits for tag in tags)
        return (right - bits / 2.0) / max(math.sqrt(bits) / 2.0, 1.0)

    def _is_determined(self, covariance: Vector) -> bool:
        """Return whether what shows determines the pose well enough."""
        position = math.sqrt(max(float(np.linalg.eigvalsh(covariance[:2, :2])[-1]), 0.0))
        return (
            position <= self._parameters.max_position_sd and math.sqrt(covariance[5, 5]) <= self._parameters.max_yaw_sd
        )


def measured_errors(fit: Fit, covariance: Vector) -> Vector:
    """Return the distances between predicted and measured corners along the directions that were measured [pixel].

    Args:
        fit: Of n corners.
        covariance: Of these corners [pixel^2], shape (n, 2, 2).

    Returns:
        Shape (k,), k at most 2 n.
    """
    variances, directions = np.linalg.eigh(covariance)
    along = np.einsum("ni,nik->nk", fit.errors, directions)
    return along[variances < UNMEASURED**2]
