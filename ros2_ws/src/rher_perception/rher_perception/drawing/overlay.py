# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What perception makes of a picture, drawn onto it: tags, axes of the objects, and in words how sure and how old."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.drawing.canvas import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY_BLUE,
    VERMILLION,
    WHITE,
    YELLOW,
    Canvas,
    Colour,
)
from rher_perception.geometry import Pose
from rher_perception.objects.estimate import ObjectEstimate
from rher_perception.objects.refinement import NEAREST
from rher_perception.pipeline import ObjectSetup, SeenFrame
from rher_perception.tracking.frame_guard import FrameVerdict
from rher_perception.tracking.tracker import TrackedObject

Vector = NDArray[np.float64]

ACCEPTED, REJECTED, EXPECTED = SKY_BLUE, VERMILLION, YELLOW
"""Colours of tags that were found, that were found and not trusted, and that were measured where they should be."""
AXES: tuple[tuple[str, Colour], ...] = (("x", PURPLE), ("y", GREEN), ("z", BLUE))
AXIS_LENGTH = 0.05
"""Of an object's axes in the picture [m]."""
MM_PER_M = 1000.0
MS_PER_S = 1000.0
LABEL_GAP = 0.8
"""Between a tag and its label, in heights of a capital letter."""


class Overlay:
    """Draws what was seen.

    Args:
        camera: Intrinsics of the pictures.
        setups: The objects.
    """

    def __init__(self, camera: CameraModel, setups: tuple[ObjectSetup, ...]) -> None:
        self._camera = camera
        self._layouts = {setup.name: setup.layout for setup in setups if setup.layout is not None}

    def draw(
        self, rgb: NDArray[np.uint8], frame: SeenFrame, base_from_camera: Pose, latency: float | None
    ) -> NDArray[np.uint8]:
        """Return a copy of a picture with what was made of it.

        Args:
            rgb: Colour, shape (height, width, 3).
            frame: What the picture led to.
            base_from_camera: Pose of the optical frame at the capture.
            latency: From the capture to the answer [s]; None when it is unknown.
        """
        canvas = Canvas(rgb)
        camera_from_base = base_from_camera.inverse
        estimates = {seen.name: seen for seen in frame.observations if isinstance(seen, ObjectEstimate)}
        lines: list[tuple[str, Colour]] = []
        if frame.verdict not in (FrameVerdict.FRESH, FrameVerdict.REPEATED):
            lines.append((f"picture does not count: {frame.verdict.value}", ORANGE))
        for item in frame.objects:
            lines += _describe(item, estimates.get(item.name))
        lines += self._draw_tags(canvas, frame, camera_from_base, list(estimates.values()))
        for item in frame.objects:
            if item.tracked and item.base_from_object is not None:
                self._draw_axes(canvas, camera_from_base @ item.base_from_object)
        lines.append((f"latency {'unknown' if latency is None else f'{MS_PER_S * latency:.0f} ms'}", WHITE))
        canvas.paragraph(lines)
        return canvas.picture

    def _draw_tags(
        self, canvas: Canvas, frame: SeenFrame, camera_from_base: Pose, estimates: list[ObjectEstimate]
    ) -> list[tuple[str, Colour]]:
        """Draw all tags; return why some were not trusted."""
        boxes: list[tuple[Vector, str, Colour]] = []
        lines: list[tuple[str, Colour]] = []
        found = {tag.id for tag in frame.detections.tags}
        expected = {number for seen in estimates for number in seen.tags} - found
        for tag in frame.detections.tags:
            corners = self._camera.measured(self._camera.rays(tag.corners))
            boxes.append((corners, f"{tag.id}: {tag.code.margin:.2f}", ACCEPTED))
        for rejected in frame.detections.rejected:
            if rejected.id in expected:
                continue
            boxes.append((rejected.corners, f"{rejected.id}: no", REJECTED))
            if not any(rejected.reason in item.reason for item in frame.objects):
                lines.append((f"tag {rejected.id} refused: {rejected.reason}", ORANGE))
        for seen in estimates:
            layout = self._layouts.get(seen.name)
            for tag_id in sorted(expected & set(seen.tags)):
                placed = layout.find(tag_id) if layout else None
                if placed is None:
                    continue
                points = (camera_from_base @ seen.base_from_object).apply(placed.corners)
                if points[:, 2].min() > NEAREST:
                    boxes.append((self._camera.measured(points), f"{tag_id}: by pose", EXPECTED))
        middles = [corners.mean(axis=0) for corners, _, _ in boxes]
        for (corners, text, colour), middle in zip(boxes, middles, strict=True):
            canvas.polygon(corners, colour)
            outward = float(middle[0] - np.mean(middles, axis=0)[0])
            canvas.label(_beside(canvas, corners, text, outward), text, colour)
        return lines

    def _draw_axes(self, canvas: Canvas, camera_from_object: Pose) -> None:
        points = camera_from_object.apply(np.concatenate((np.zeros((1, 3)), AXIS_LENGTH * np.eye(3))))
        if points[:, 2].min() <= NEAREST:
            return
        origin, *tips = self._camera.measured(points)
        for (name, colour), tip in zip(AXES, tips, strict=True):
            canvas.line(origin, tip, colour)
            canvas.label(tip, name, WHITE)


def _beside(canvas: Canvas, corners: Vector, text: str, outward: float) -> Vector:
    """Return the middle of a tag's label: to its right when the other tags are to its left, else to its left."""
    middle = corners.mean(axis=0)
    away = canvas.size(text) / 2.0 + LABEL_GAP * canvas.letter
    x = corners[:, 0].max() + away if outward > 1.0 else corners[:, 0].min() - away
    return np.array([x, middle[1]])


def _describe(item: TrackedObject, seen: ObjectEstimate | None) -> list[tuple[str, Colour]]:
    """Return what is known of an object in words."""
    if item.base_from_object is None:
        return [(f"{item.name}: never seen: {item.reason}", ORANGE)]
    if not item.tracked:
        return [(f"{item.name}: {item.reason}", ORANGE)]
    x, y, z = MM_PER_M * item.base_from_object.translation
    rotation = item.base_from_object.rotation
    yaw = math.degrees(math.atan2(rotation[1, 0], rotation[0, 0]))
    deviation = MM_PER_M * math.sqrt(float(np.linalg.eigvalsh(item.covariance[:3, :3])[-1]))
    lines = [
        (
            f"{item.name}: x {x:.1f}  y {y:.1f}  z {z:.1f} mm  yaw {yaw:.1f} deg  sd {deviation:.1f} mm  "
            f"age {item.age:.2f} s",
            WHITE,
        )
    ]
    if item.reason:
        lines.append((f"{item.name}: predicted: {item.reason}", ORANGE))
    elif seen is not None:
        tags = f" {', '.join(map(str, seen.tags))}" if seen.tags else ""
        lines.append((f"by {seen.source.value}{tags}, residual {seen.reprojection:.2f} pixels", WHITE))
    return lines
