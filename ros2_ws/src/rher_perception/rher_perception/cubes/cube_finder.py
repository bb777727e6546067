# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The pose of a coloured cube without tags, from a colour picture and depth aligned to it.

The colour picks the cube's pixels, the depth those of its upper face. Their outline is sharper than depth is exact: it is
carried along the rays onto the plane of the upper face, whose height is known, and a square is fitted there.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.cubes.parameters import CubeParameters
from rher_perception.geometry import Pose, rotation_from_vector
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
        v, u = np.mgrid[0 : camera.height, 0 : camera.width]
        pixels = np.stack((u, v), axis=-1).astype(np.float64)
        self._rays = camera.rays(camera.ideal(pixels))

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
                f"pictures are {rgb.dtype} of {rgb.shape} and {depth.shape}; allowed: uint8 of {(*shape, 3)} and {shape}"
            )
        coloured = self._coloured(rgb)
        if np.count_nonzero(coloured) < limits.min_pixels:
            return refuse(Cause.NOT_SEEN, "nothing of its colour is visible")
        known = np.isfinite(depth) & (depth > 0.0)
        if np.count_nonzero(coloured & known) < limits.min_depth_share * np.count_nonzero(coloured):
            return refuse(Cause.DOUBTFUL, "most of its pixels have no depth")
        height = np.full(shape, -np.inf)
        seen = coloured & known
        height[seen] = base_from_camera.apply(self._rays[seen] * depth[seen][:, None].astype(np.float64))[:, 2]
        top = limits.table_height + limits.size
        upper = cv2.morphologyEx((np.abs(height - top) < limits.height_tolerance).astype(np.uint8), cv2.MORPH_OPEN, OPENING)
        outlines, _ = cv2.findContours(upper, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        outlines = sorted((o for o in outlines if cv2.contourArea(o) >= limits.min_pixels), key=cv2.contourArea)
        if not outlines:
            return refuse(Cause.DOUBTFUL, "no upper face is visible at the height it should have")
        if len(outlines) > 1 and cv2.contourArea(outlines[-2]) > limits.max_rival * cv2.contourArea(outlines[-1]):
            return refuse(Cause.DUPLICATE, "two upper faces of its colour and height are visible")
        corners = self._on_plane(outlines[-1].reshape(-1, 2).astype(np.float64), top, base_from_camera)
        if corners is None:
            return refuse(Cause.IMPLAUSIBLE, "the camera looks along the upper face")
        (x, y), sides, turn = cv2.minAreaRect(corners.astype(np.float32))
        if max(abs(side - limits.size) for side in sides) > limits.size_tolerance:
            return refuse(
                Cause.INCONSISTENT,
                f"its upper face measures {1e3 * min(sides):.0f} by {1e3 * max(sides):.0f} mm instead of "
                f"{1e3 * limits.size:.0f}: something covers it, or it is something else",
            )
        rotation = rotation_from_vector(np.array([0.0, 0.0, np.radians(turn)]))
        deviations = (limits.plane_sd, limits.plane_sd, limits.height_sd, limits.tilt_sd, limits.tilt_sd, limits.yaw_sd)
        return ObjectEstimate(
            name=self._name,
            stamp_ns=stamp_ns,
            base_from_object=Pose(rotation, np.array([x, y, top - limits.size / 2.0])),
            covariance=np.diag(np.square(deviations)),
            source=Source.COLOUR_DEPTH,
            yaw_symmetry=YAWS,
        )

    def _coloured(self, rgb: Picture) -> NDArray[np.bool_]:
        """Return which pixels have the cube's colour; a hue range that passes 0 wraps around."""
        hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
        low, high = self._parameters.hue
        hue, saturation, value = (hsv[..., k] for k in range(3))
        inside = (hue >= low) & (hue <= high) if low <= high else (hue >= low) | (hue <= high)
        return inside & (saturation >= self._parameters.min_saturation) & (value >= self._parameters.min_value)

    def _on_plane(self, pixels: Vector, height: float, base_from_camera: Pose) -> Vector | None:
        """Return where the outer border of an outline's pixels meets a horizontal plane, shape (n, 2) [m]."""
        # The outline runs through the centres of the outermost pixels; the border lies half a pixel further out.
        centre = pixels.mean(axis=0)
        border = pixels + HALF_PIXEL * np.sign(pixels - centre)
        rays = self._camera.rays(self._camera.ideal(border)) @ base_from_camera.rotation.T
        drop = height - base_from_camera.translation[2]
        if not (np.sign(drop) * rays[:, 2] > self._parameters.min_slope).all():
            return None
        return base_from_camera.translation[:2] + rays[:, :2] * (drop / rays[:, 2])[:, None]
