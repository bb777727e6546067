# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From the tags in one picture to the pose of one object in base_link, or to a reason why there is none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_angle
from rher_perception.objects.estimate import Cause, ObjectEstimate, Observation, Refusal, Source
from rher_perception.objects.layout import PlacedTag, TagLayout
from rher_perception.objects.parameters import EstimationParameters, PlanarConstraint
from rher_perception.objects.refinement import ALL, NEAREST, PLANAR, Corners, Fit, pose_covariance, refine
from rher_perception.objects.upright import stand
from rher_perception.tags.detector import Detections, RejectedTag, TagDetection
from rher_perception.tags.square import square_poses

Vector = NDArray[np.float64]

CORNERS = 4
"""Of a tag."""


@dataclass(frozen=True, eq=False)
class _Match:
    """A tag in the picture and on the object."""

    seen: TagDetection
    placed: PlacedTag


class ObjectEstimator:
    """Estimates the pose of one object from the tags of one picture.

    Args:
        layout: Where the object carries tags.
        camera: Intrinsics.
        parameters: What counts as a pose.
        plane: The object stands upright at a known height; None leaves it all six directions.
    """

    def __init__(
        self,
        layout: TagLayout,
        camera: CameraModel,
        parameters: EstimationParameters | None = None,
        plane: PlanarConstraint | None = None,
    ) -> None:
        self.layout = layout
        self._camera = camera
        self._parameters = parameters or EstimationParameters()
        self._plane = plane
        self._free = ALL if plane is None else PLANAR

    def estimate(self, detections: Detections, base_from_camera: Pose, stamp_ns: int) -> Observation:
        """Return the pose, or why there is none.

        Args:
            detections: Tags of the picture.
            base_from_camera: Pose of the optical frame at the capture.
            stamp_ns: Time of the capture [ns].
        """

        def refuse(cause: Cause, reason: str) -> Refusal:
            return Refusal(self.layout.name, stamp_ns, cause, reason)

        matches = self._matches(detections)
        counts = Counter([*(match.seen.id for match in matches), *(tag.id for tag in self._rejected(detections))])
        if repeated := sorted(tag for tag, count in counts.items() if count > 1):
            return refuse(Cause.DUPLICATE, f"tag {repeated[0]} is in the picture {counts[repeated[0]]} times")
        if not matches:
            doubts = [f"tag {tag.id}: {tag.reason}" for tag in self._rejected(detections)]
            return refuse(Cause.DOUBTFUL, "; ".join(doubts)) if doubts else refuse(Cause.NOT_SEEN, "no tag is visible")

        starts = self._starts(matches, base_from_camera)
        if not starts:
            return refuse(Cause.IMPLAUSIBLE, "no tag's pose agrees with an upright object in front of the camera")
        fits = self._fits(starts, matches, base_from_camera)
        if not fits:
            return refuse(Cause.IMPLAUSIBLE, "no pose in front of the camera fits the tags")
        best = fits[0]
        if len(fits) > 1 and best.reprojection > self._parameters.max_ambiguity * fits[1].reprojection:
            return refuse(
                Cause.AMBIGUOUS,
                f"two poses fit the corners to {best.reprojection:.2f} and {fits[1].reprojection:.2f} pixels",
            )
        used = matches
        errors = _tag_errors(best)
        if errors.max() > self._parameters.max_reprojection and len(matches) > 2:
            # With three tags one can be outvoted; of two that disagree nobody knows which is right.
            used = [match for k, match in enumerate(matches) if k != int(errors.argmax())]
            again = refine(best.base_from_object, _corners(used), self._camera, base_from_camera, self._free)
            if again is None:
                return refuse(Cause.INCONSISTENT, "the tags disagree about the pose")
            best, errors = again, _tag_errors(again)
        if errors.max() > self._parameters.max_reprojection:
            worst = used[int(errors.argmax())].seen.id
            return refuse(
                Cause.DOUBTFUL if len(used) == 1 else Cause.INCONSISTENT,
                f"the corners of tag {worst} are {errors.max():.2f} pixels from where the pose puts them, "
                f"more than {self._parameters.max_reprojection}",
            )
        distance = float(np.linalg.norm(best.base_from_object.translation - base_from_camera.translation))
        if distance > self._parameters.max_distance:
            return refuse(
                Cause.IMPLAUSIBLE,
                f"it would be {distance:.2f} m from the lens, more than {self._parameters.max_distance} m",
            )
        covariance = self._covariance(best)
        if covariance is None:
            return refuse(Cause.IMPLAUSIBLE, "the corners do not determine the pose")
        return ObjectEstimate(
            name=self.layout.name,
            stamp_ns=stamp_ns,
            base_from_object=best.base_from_object,
            covariance=covariance,
            source=Source.TAGS,
            tags=tuple(match.seen.id for match in used),
            reprojection=best.reprojection,
            margin=min(match.seen.code.margin for match in used),
        )

    def _matches(self, detections: Detections) -> list[_Match]:
        pairs = ((tag, self.layout.find(tag.id)) for tag in detections.tags)
        return [_Match(seen, placed) for seen, placed in pairs if placed is not None]

    def _rejected(self, detections: Detections) -> list[RejectedTag]:
        return [tag for tag in detections.rejected if self.layout.find(tag.id) is not None]

    def _starts(self, matches: list[_Match], base_from_camera: Pose) -> list[Pose]:
        """Return poses base_from_object that single tags suggest, both of each tag's two."""
        starts = []
        for match in matches:
            object_from_tag = match.placed.object_from_tag
            for camera_from_tag in square_poses(match.seen.corners, match.placed.size, self._camera):
                pose = base_from_camera @ camera_from_tag @ object_from_tag.inverse
                upright = pose if self._plane is None else stand(pose, self._plane)
                if upright is not None:
                    starts.append(upright)
        return starts

    def _fits(self, starts: list[Pose], matches: list[_Match], base_from_camera: Pose) -> list[Fit]:
        """Return the best fit and, when there is one, the best of those that differ from it."""
        corners = _corners(matches)
        camera_from_base = base_from_camera.inverse
        ranked = sorted(starts, key=lambda pose: self._misfit(camera_from_base @ pose, corners))
        fits: list[Fit] = []
        for start in ranked:
            if any(self._same(start, fit.base_from_object) for fit in fits):
                continue
            fit = refine(start, corners, self._camera, base_from_camera, self._free)
            if fit is not None and not any(self._same(fit.base_from_object, other.base_from_object) for other in fits):
                fits.append(fit)
            if len(fits) > 1:
                break
        return sorted(fits, key=lambda fit: fit.reprojection)

    def _same(self, one: Pose, other: Pose) -> bool:
        return rotation_angle(one.rotation.T @ other.rotation) < self._parameters.distinct_angle

    def _misfit(self, camera_from_object: Pose, corners: Corners) -> float:
        """Return the median distance between predicted and measured corners [pixel]; one false tag cannot spoil it."""
        seen = camera_from_object.apply(corners.points)
        if seen[:, 2].min() < NEAREST:
            return np.inf
        return float(np.median(np.linalg.norm(self._camera.project(seen) - corners.pixels, axis=1)))

    def _covariance(self, fit: Fit) -> Vector | None:
        """Return the covariance of a fit, widened when the corners fit worse than their own noise says."""
        held = np.zeros(6) if self._plane is None else self._plane.held_variance
        freedom = max(2 * len(fit.errors) - len(self._free), 1)
        return pose_covariance(fit.information / max(1.0, fit.chi_square / freedom), self._free, held)


def _corners(matches: list[_Match]) -> Corners:
    return Corners(
        points=np.concatenate([match.placed.corners for match in matches]),
        pixels=np.concatenate([match.seen.corners for match in matches]),
        covariance=np.concatenate([match.seen.covariance for match in matches]),
    )


def _tag_errors(fit: Fit) -> Vector:
    """Return the root mean square distance of each tag's corners [pixel], shape (tags,)."""
    return np.sqrt(np.mean(np.sum(fit.errors**2, axis=1).reshape(-1, CORNERS), axis=1))
