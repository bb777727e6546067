# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Sees one object in a picture: first by the tags that were found, then by those that should be there too.

The detector needs a clean outline around a tag and overlooks one in the shade of its own cube, or beside a finger.
Where the pose is known, from other tags or from the pictures before, the tag is measured at its place all the same. At
last, the object is sought by what shows of its tags.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose
from rher_perception.objects.covered import CoveredObserver
from rher_perception.objects.estimate import Cause, ObjectEstimate, Observation
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.facing import facing_tags
from rher_perception.tags.detector import Detections, TagDetector

Vector = NDArray[np.float64]

RECOVERABLE = (Cause.NOT_SEEN, Cause.DOUBTFUL, Cause.AMBIGUOUS)
"""Refusals that more tags may cure; the others say that something is wrong."""


class ObjectObserver:
    """Sees one object.

    Args:
        detector: Finds and measures tags.
        estimator: Knows the object.
        camera: Intrinsics.
        covered: Sees it by parts of its tags; None for an object that is not seen so.
    """

    def __init__(
        self,
        detector: TagDetector,
        estimator: ObjectEstimator,
        camera: CameraModel,
        covered: CoveredObserver | None = None,
    ) -> None:
        self._detector = detector
        self._estimator = estimator
        self._camera = camera
        self._covered = covered

    def observe(
        self,
        grey: NDArray[np.uint8],
        detections: Detections,
        base_from_camera: Pose,
        stamp_ns: int,
        expected: Pose | None = None,
    ) -> Observation:
        """Return the pose, or why there is none.

        Args:
            grey: Picture, shape (height, width).
            detections: What the detector found in it; where it was not searched, these tags have to be enough.
            base_from_camera: Pose of the optical frame at the capture.
            stamp_ns: Time of the capture [ns].
            expected: Where the object should be by the pictures before, see ObjectTracker.expect.
        """
        whole = self._observe_whole(grey, detections, base_from_camera, stamp_ns, expected)
        if isinstance(whole, ObjectEstimate) or whole.cause not in RECOVERABLE or not detections.searched:
            return whole
        return self.observe_parts(grey, base_from_camera, stamp_ns, expected) or whole

    def observe_parts(
        self, grey: NDArray[np.uint8], base_from_camera: Pose, stamp_ns: int, expected: Pose | None
    ) -> ObjectEstimate | None:
        """Return the pose by what shows of the tags near where the object should be, or None; see observe."""
        if self._covered is None or expected is None:
            return None
        return self._covered.observe(grey, base_from_camera, stamp_ns, expected)

    def _observe_whole(
        self,
        grey: NDArray[np.uint8],
        detections: Detections,
        base_from_camera: Pose,
        stamp_ns: int,
        expected: Pose | None,
    ) -> Observation:
        """Return the pose by tags that show whole, or why there is none."""
        first = self._estimator.estimate(detections, base_from_camera, stamp_ns)
        if isinstance(first, ObjectEstimate):
            place: Pose | None = first.base_from_object
        else:
            place = expected if first.cause in RECOVERABLE else None
        if place is None or not detections.searched:
            return first
        ids, corners = self._hidden(place, detections, base_from_camera)
        more = self._detector.look(grey, ids, corners)
        if not more.tags:
            return first
        known = [tag for tag in detections.rejected if tag.id not in {found.id for found in more.tags}]
        together = Detections((*detections.tags, *more.tags), tuple(known))
        second = self._estimator.estimate(together, base_from_camera, stamp_ns)
        return second if isinstance(second, ObjectEstimate) else first

    def _hidden(self, place: Pose, detections: Detections, base_from_camera: Pose) -> tuple[list[int], Vector]:
        """Return the ids of tags that should be visible and were not found, and their corners; (n, 4, 2) [pixel]."""
        found = {tag.id for tag in detections.tags}
        camera_from_object = base_from_camera.inverse @ place
        tags = [tag for tag in facing_tags(self._estimator.layout, camera_from_object) if tag.id not in found]
        corners = [self._camera.measured(camera_from_object.apply(tag.corners)) for tag in tags]
        return [tag.id for tag in tags], np.reshape(corners, (-1, 4, 2))
