# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Measures tags where they are expected, so that most pictures need not be searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose
from rher_perception.objects.estimate import ObjectEstimate, Observation, Source
from rher_perception.objects.facing import facing_tags
from rher_perception.objects.layout import TagLayout
from rher_perception.tags.detector import Detections, TagDetector


@dataclass(frozen=True)
class GlanceParameters:
    """When a glance is enough."""

    pictures: int = 9
    """Most pictures in a row that are not searched while every object shows the tags that it showed before, or parts of
    them, where they are expected. A second cube with the same tags, or a tag that comes into view, is noticed by the
    search after them; 0 to search always."""

    def __post_init__(self) -> None:
        if self.pictures < 0:
            raise ValueError(f"pictures is {self.pictures}; allowed: 0 or more")


class Glance:
    """Looks at the tags that told the poses in the picture before.

    Args:
        detector: Measures tags.
        camera: Intrinsics.
        layouts: The objects with tags, by name.
        parameters: When a glance is enough.
    """

    def __init__(
        self,
        detector: TagDetector,
        camera: CameraModel,
        layouts: Mapping[str, TagLayout],
        parameters: GlanceParameters | None = None,
    ) -> None:
        self._detector = detector
        self._camera = camera
        self._layouts = layouts
        self._parameters = parameters or GlanceParameters()
        self.forget()

    def forget(self) -> None:
        """Search the next picture."""
        self._known: dict[str, frozenset[int]] = {}
        self._left = 0

    def learn(self, observations: Mapping[str, Observation]) -> None:
        """Take in what the search of a picture led to."""
        self.forget()
        seen = {name: item for name, item in observations.items() if isinstance(item, ObjectEstimate)}
        if len(seen) < len(self._layouts):
            return
        self._left = self._parameters.pictures
        if all(item.source is Source.TAGS for item in seen.values()):
            self._known = {name: frozenset(item.tags) for name, item in seen.items()}

    def spend(self) -> bool:
        """Tell whether the next picture may go without a search, and count it."""
        self._left -= 1
        return self._left >= 0

    def look(
        self, grey: NDArray[np.uint8], base_from_camera: Pose, expected: Mapping[str, Pose | None]
    ) -> Detections | None:
        """Return the tags that told the poses before, or None when one of them does not show whole.

        Args:
            grey: Picture, shape (height, width).
            base_from_camera: Pose of the optical frame at the capture.
            expected: Where each object should be, base_from_object, by name.
        """
        if not self._known:
            return None
        ids: list[int] = []
        corners = []
        for name, known in self._known.items():
            place = expected.get(name)
            if place is None:
                return None
            camera_from_object = base_from_camera.inverse @ place
            for tag in facing_tags(self._layouts[name], camera_from_object):
                if tag.id in known:
                    ids.append(tag.id)
                    corners.append(self._camera.measured(camera_from_object.apply(tag.corners)))
        if len(ids) < sum(map(len, self._known.values())):
            return None
        found = self._detector.look(grey, ids, np.array(corners))
        if len(found.tags) < len(ids):
            # Something is before them: until the next search, parts are looked for at once.
            self._known = {}
            return None
        return found
