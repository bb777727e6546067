# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The pose of a coloured cube without tags, from a colour picture and depth aligned to it.

The colour picks the cube's pixels. The depth says roughly where they are and whether they belong to a cube that stands
on the table. Their outline, which is sharper than depth is exact, then gives x, y and yaw.
"""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.cubes.parameters import CubeParameters
from rher_perception.cubes.silhouette import fit_silhouette
from rher_perception.geometry import Pose
from rher_perception.objects.estimate import Cause, ObjectEstimate, Observation, Refusal, Source

Vector = NDArray[np.float64]
Picture = NDArray[np.uint8]

OPENING = np.ones((3, 3), np.uint8)
"""Structuring element that removes single pixels of noise."""
YAWS = 4
"""A cube looks the same after a quarter turn."""
HALF_PIXEL = 0.5


class CubeFinder:
    """Finds one coloured cube that stands upright on the table.

    Args:
        name: Of the object.
        camera: Intrinsics of the colour picture, to which the depth is aligned.
        parameters: Size, height and colour.
    """

    def __init__(self, name: str, camera: CameraModel, parameters: CubeParameters) -> None:
        self._name = name
        self._camera = camera
        self._parameters = parameters

    @cached_property
    def _rays(self) -> Vector:
        """Direction of every pixel, shape (height, width, 3); computed when the first picture of that size comes."""
        v, u = np.mgrid[0 : self._camera.height, 0 : self._camera.width]
        return self._camera.rays(self._camera.ideal(np.stack((u, v), axis=-1).astype(np.float64)))

    def estimate(self, rgb: Picture, depth: NDArray[np.float32], base_from_camera: Pose, stamp_ns: int) -> Observation:
        """Return the pose, or why there is none. Yaw is known up to quarter turns.

        Args:
            rgb: Colour, shape (height, width, 3).
            depth: Along the optical axis, aligned to the colour [m], 0 or not finite where unknown; (height, width).
            base_from_camera: Pose of the optical frame at the capture.
            stamp_ns: Time of the capture [ns].

        Raises:
            ValueError: A picture has another shape than the camera.
        """

        def refuse(cause: Cause, reason: str) -> Refusal:
            return Refusal(self._name, stamp_ns, cause, reason)

        shape, limits = (self._camera.height, self._camera.width), self._parameters
        if rgb.dtype != np.uint8 or rgb.shape != (*shape, 3) or depth.shape != shape:
            raise ValueError(
                f"pictures are {rgb.dtype} {rgb.shape} and {depth.shape}; allowed: uint8 {(*shape, 3)} and {shape}"
            )
        known = np.isfinite(depth) & (depth > 0.0)
        coloured = self._coloured(rgb)
        measured = coloured & known
        points = base_from_camera.apply(self._rays[measured] * depth[measured][:, None].astype(np.float64))
        # What has the colour but not the height, an arm for example, is something else.
        above, below = limits.table_height + limits.size, limits.table_height
        coloured[measured] = (points[:, 2] < above + limits.depth_tolerance) & (
            points[:, 2] > below - limits.depth_tolerance
        )
        blob, rival = _largest(coloured)
        if np.count_nonzero(blob) < limits.min_pixels:
            return refuse(Cause.NOT_SEEN, "nothing of its colour is visible at the height of the table")
        if rival > limits.max_rival * np.count_nonzero(blob):
            return refuse(Cause.DUPLICATE, "two things of its colour are visible")
        seen = blob & known
        if np.count_nonzero(seen) < limits.min_depth_share * np.count_nonzero(blob):
            return refuse(Cause.DOUBTFUL, "most of its pixels have no depth")
        points = base_from_camera.apply(self._rays[seen] * depth[seen][:, None].astype(np.float64))
        centre_height = limits.table_height + limits.size / 2.0
        start = (np.percentile(points[:, :2], 5, axis=0) + np.percentile(points[:, :2], 95, axis=0)) / 2.0
        fit = fit_silhouette(self._outline(blob), start, centre_height, limits.size, self._camera, base_from_camera)
        if fit is None:
            return refuse(Cause.IMPLAUSIBLE, "its outline fits no cube on the table in front of the camera")
        close = float(np.mean(fit.distances < limits.max_outline_distance))
        if close < limits.min_outline_share:
            return refuse(
                Cause.INCONSISTENT,
                f"{close:.0%} of its outline is that of a cube, less than {limits.min_outline_share:.0%}: "
                "something covers it, or it is something else",
            )
        inside = (
            np.abs(fit.base_from_object.inverse.apply(points)).max(axis=1) < limits.size / 2.0 + limits.depth_tolerance
        )
        if inside.mean() < limits.min_depth_share:
            return refuse(
                Cause.IMPLAUSIBLE, f"by its depth, {1.0 - inside.mean():.0%} of it is not where the outline says"
            )
        deviations = (limits.plane_sd, limits.plane_sd, limits.height_sd, limits.tilt_sd, limits.tilt_sd, limits.yaw_sd)
        return ObjectEstimate(
            name=self._name,
            stamp_ns=stamp_ns,
            base_from_object=fit.base_from_object,
            covariance=np.diag(np.square(deviations)),
            source=Source.COLOUR_DEPTH,
            reprojection=float(np.sqrt(np.mean(fit.distances**2))),
            yaw_symmetry=YAWS,
        )

    def _coloured(self, rgb: Picture) -> NDArray[np.bool_]:
        """Return which pixels have the cube's colour; a hue range that passes 0 wraps around."""
        hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
        low, high = self._parameters.hue
        hue, saturation, value = (hsv[..., k] for k in range(3))
        inside = (hue >= low) & (hue <= high) if low <= high else (hue >= low) | (hue <= high)
        return inside & (saturation >= self._parameters.min_saturation) & (value >= self._parameters.min_value)

    def _outline(self, blob: NDArray[np.bool_]) -> Vector:
        """Return the border of a blob in ideal pixels; (n, 2)."""
        outlines, _ = cv2.findContours(blob.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        pixels = max(outlines, key=cv2.contourArea).reshape(-1, 2).astype(np.float64)
        # The contour runs through the centres of the outermost pixels; the border lies half a pixel further out.
        following, before = np.roll(pixels, -1, axis=0), np.roll(pixels, 1, axis=0)
        tangent = following - before
        outward = np.stack((tangent[:, 1], -tangent[:, 0]), axis=1)
        area = np.sum(pixels[:, 0] * following[:, 1] - pixels[:, 1] * following[:, 0])
        length = np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-9)
        return self._camera.ideal(pixels + HALF_PIXEL * np.sign(area) * outward / length)


def _largest(mask: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], int]:
    """Return the largest connected part of a mask, freed from single pixels, and the size of the next one [pixel]."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, OPENING)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(opened)
    if count < 2:
        return np.zeros_like(mask), 0
    areas = statistics[1:, cv2.CC_STAT_AREA]
    order = np.argsort(areas)[::-1]
    return labels == order[0] + 1, int(areas[order[1]]) if count > 2 else 0
