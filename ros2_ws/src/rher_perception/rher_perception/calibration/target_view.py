# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The calibration's target in one picture: its pose in the camera, and its corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose
from rher_perception.objects.estimate import Cause, ObjectEstimate, Refusal
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.layout import TagLayout
from rher_perception.objects.observer import ObjectObserver
from rher_perception.tags.detector import TagDetector
from rher_perception.tags.parameters import DetectionParameters

Vector = NDArray[np.float64]

LEAST_TAGS = 2
"""A target with several tags must show so many: the pose of a single small square is too uncertain."""


@dataclass(frozen=True, eq=False)
class TargetView:
    """The target in one picture."""

    camera_from_target: Pose
    points: Vector
    """Corners on the target [m], shape (n, 3)."""
    pixels: Vector
    """Where they are, in ideal pixels, shape (n, 2)."""


class TargetFinder:
    """Finds the target of a calibration.

    Args:
        layout: Tags of the target.
        camera: Intrinsics of the pictures.
        detection: What counts as a tag.
    """

    def __init__(self, layout: TagLayout, camera: CameraModel, detection: DetectionParameters | None = None) -> None:
        self._layout = layout
        self._detector = TagDetector(camera, detection)
        self._observer = ObjectObserver(self._detector, ObjectEstimator(layout, camera), camera)

    def find(self, grey: NDArray[np.uint8], stamp_ns: int) -> TargetView | Refusal:
        """Return the target, or why it is not certain.

        Args:
            grey: Picture, shape (height, width).
            stamp_ns: Time of the capture [ns].

        Raises:
            ValueError: The picture is not of 8-bit grey or not of the camera's size.
        """
        detections = self._detector.detect(grey)
        # A pose in the camera's own frame: the camera stands at the origin.
        seen = self._observer.observe(grey, detections, Pose.identity(), stamp_ns)
        if not isinstance(seen, ObjectEstimate):
            return seen
        least = min(LEAST_TAGS, len(self._layout.tags))
        if len(seen.tags) < least:
            reason = f"{len(seen.tags)} of {len(self._layout.tags)} tags is visible, at least {least} are needed"
            return Refusal(seen.name, stamp_ns, Cause.DOUBTFUL, reason)
        found = [(tag, self._layout.find(tag.id)) for tag in detections.tags if tag.id in seen.tags]
        pairs = [(tag.corners, placed.corners) for tag, placed in found if placed is not None]
        return TargetView(
            camera_from_target=seen.base_from_object,
            points=np.concatenate([np.zeros((0, 3)), *(points for _, points in pairs)]),
            pixels=np.concatenate([np.zeros((0, 2)), *(pixels for pixels, _ in pairs)]),
        )
