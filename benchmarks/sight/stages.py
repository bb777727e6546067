# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Time of each stage of a picture's way through perception, on a cube that is pushed along a circle."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from rher_perception.geometry import Pose, rotation_from_vector
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.parameters import PlanarConstraint
from rher_perception.pipeline import ObjectSetup, PerceptionPipeline
from rher_perception.tags.detector import Detections, TagDetector

from sight.studio import Studio, Vector, View

T = TypeVar("T")

PERIOD_NS = 33_333_333
"""Of the pictures [ns]."""
RADIUS = 0.06
"""Of the circle [m]."""
SPEED = 0.15
"""Of the cube along it [m/s]."""
PERCENTILES = (50.0, 99.0)
MILLI = 1e3
STAGES = {
    "detect": "tags searched, edges fitted, codes read",
    "look": "all visible tags measured where they are expected",
    "estimate": "pose from the tags",
    "whole picture": "grey, guard, detect, estimate, look, estimate again with what was found, track",
}


class Stopwatch:
    """Collects processor times by name."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}
        """[s]"""

    def time(self, name: str, call: Callable[..., T], *arguments: Any) -> T:
        """Return what a call returns."""
        began = time.process_time()
        result = call(*arguments)
        self.times.setdefault(name, []).append(time.process_time() - began)
        return result


def circling(centre: Vector, height: float, frame: int) -> Pose:
    """Return where the pushed cube is in a frame."""
    angle = SPEED / RADIUS * frame * PERIOD_NS * 1e-9
    place = centre + RADIUS * np.array([math.cos(angle), math.sin(angle)])
    return Pose(rotation_from_vector(np.array([0.0, 0.0, angle])), np.array([*place, height]))


def moving_views(studio: Studio, frames: int) -> Iterator[View]:
    """Yield the captures of a cube that is pushed along a circle, as the scene's own camera sees it."""
    centre = np.array(studio.centre)
    for frame in range(frames):
        yield studio.follow(frame, circling(centre, studio.rest_height, frame))


def time_stages(studio: Studio, frames: int) -> dict[str, list[float]]:
    """Return median and 99th percentile of each stage's processor time [ms]."""
    watch = Stopwatch()
    detector = TagDetector(studio.camera)
    plane = PlanarConstraint(studio.cube_size / 2.0)
    estimator = ObjectEstimator(studio.layout, studio.camera, plane=plane)
    pipeline = PerceptionPipeline(studio.camera, (ObjectSetup("cube", studio.layout, plane),))
    for number, view in enumerate(moving_views(studio, frames)):
        stamp_ns, place, grey = (number + 1) * PERIOD_NS, view.base_from_camera, view.grey
        found = watch.time("detect", detector.detect, grey)
        measured = watch.time("look", detector.look, grey, *_expected_tags(studio, view))
        tags = found if found.tags else Detections(measured.tags, ())
        watch.time("estimate", estimator.estimate, tags, place, 0)
        watch.time("whole picture", pipeline.process, stamp_ns, view.rgb, place)
    return {
        name: [round(MILLI * float(x), 2) for x in np.percentile(times, PERCENTILES)]
        for name, times in watch.times.items()
    }


def stage_table(timed: dict[str, list[float]]) -> str:
    """Return the times as text."""
    lines = [f"{'stage':<15}{'median ms':>10}{'p99 ms':>9}"]
    lines += [f"{name:<15}{middle:>10.2f}{high:>9.2f}  {STAGES[name]}" for name, (middle, high) in timed.items()]
    return "\n".join(lines)


def _expected_tags(studio: Studio, view: View) -> tuple[list[int], Vector]:
    """Return ids and corners (n, 4, 2) [pixel] of the tags that turn to the lens."""
    camera_from_cube = view.base_from_camera.inverse @ view.base_from_cube
    ids, corners = [], []
    for tag in studio.layout.tags:
        seen = camera_from_cube.apply(tag.corners)
        normal = camera_from_cube.rotation @ tag.object_from_tag.rotation[:, 2]
        if normal @ seen.mean(axis=0) < 0.0:
            ids.append(tag.id)
            corners.append(studio.camera.measured(seen))
    return ids, np.array(corners)
