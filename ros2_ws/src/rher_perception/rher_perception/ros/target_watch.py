# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Watches the camera while the arm moves and rests, and looks only at pictures that were captured at rest."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray
from rclpy.node import Node
from rher_agent.ros.conversions import time_ns
from rher_agent.ros.quality import LOCKSTEP
from sensor_msgs.msg import CameraInfo, Image

from rher_perception.calibration.collector import KNOWN, Outcome, SampleCollector, Taking
from rher_perception.calibration.standstill import Rest, StandstillJudge
from rher_perception.calibration.target_view import TargetFinder
from rher_perception.camera_model import CameraModel
from rher_perception.objects.layout import TagLayout
from rher_perception.ros.camera_serials import CameraSerials
from rher_perception.ros.images import camera_model, colour_array
from rher_perception.ros.topics import CAMERA_INFO, IMAGE
from rher_perception.tags.parameters import DetectionParameters

PENDING = 30
"""Pictures that may wait for the poses of the arm, a second of them; the oldest are dropped."""


class WatchError(Exception):
    """The camera is not as it must be; the message says what is wrong."""


class TargetWatch:
    """Gives the pictures of standstills to a collector.

    Args:
        node: Carries the subscriptions.
        layout: Tags of the target.
        detection: What counts as a tag.
        judge: Knows when the arm rested.
        collector: Takes the pictures.
        camera_serial: Serial number of the camera that must be the only one; empty for any one.
    """

    def __init__(
        self,
        node: Node,
        layout: TagLayout,
        detection: DetectionParameters,
        judge: StandstillJudge,
        collector: SampleCollector,
        camera_serial: str = "",
    ) -> None:
        self._layout, self._detection = layout, detection
        self._judge, self._collector = judge, collector
        self._finder: TargetFinder | None = None
        self._pending: deque[Image] = deque(maxlen=PENDING)
        self._problem = self._reason = ""
        self._unjudged = 0
        self._camera_serial = camera_serial
        self._cameras = CameraSerials(node)
        self.camera: CameraModel | None = None
        """Intrinsics; None before a camera_info came."""
        self.optical_frame = ""
        """Frame of the pictures; empty before the first."""
        node.create_subscription(CameraInfo, CAMERA_INFO, self._take_info, LOCKSTEP)
        node.create_subscription(Image, IMAGE, self._take_picture, LOCKSTEP)

    def find_serial(self) -> str:
        """Return the camera's serial number; empty when it was not given and no camera told one.

        Raises:
            WatchError: Two contradict each other.
        """
        told, given = self._cameras.heard, self._camera_serial
        if len(told) > 1 or (given and told - {given}):
            raise WatchError(
                f"pictures may be of camera {', '.join(sorted(told))}; allowed: one camera, {given or 'any'}"
            )
        return given or next(iter(told), "")

    @property
    def mismatch(self) -> str:
        """Why it is not known whether the arm rested, in words; empty when it is for the newest picture looked at."""
        count = self._unjudged + len(self._pending)
        return f"{count} pictures cannot be used, {self._reason}" if self._reason else ""

    def forget(self) -> None:
        """Drop the pictures that wait."""
        self._pending.clear()
        self._unjudged, self._reason = 0, ""

    def look(self) -> Taking | None:
        """Look at the next picture of which it is known that the arm rested; None when there is none.

        Raises:
            WatchError: The intrinsics cannot be used, or changed meanwhile, or there is more than one camera.
        """
        if self._problem:
            raise WatchError(self._problem)
        # Now rather than when all is solved: a calibration for another camera would be worth nothing.
        self.find_serial()
        while self._pending and self._finder is not None:
            stamp_ns = time_ns(self._pending[0].header.stamp)
            standing = self._judge.judge(stamp_ns)
            self._reason = standing.reason
            if standing.rest is Rest.NOT_YET:
                return None
            message = self._pending.popleft()
            self._unjudged = self._unjudged + 1 if standing.rest is Rest.UNKNOWN else 0
            if standing.gripper is None:
                continue
            if self._collector.knows(standing.gripper):
                return KNOWN
            try:
                seen = self._finder.find(grey_picture(message), stamp_ns)
            except ValueError as error:
                return Taking(Outcome.UNSEEN, str(error))
            return self._collector.add(standing.gripper, seen)
        return None

    def _take_info(self, message: CameraInfo) -> None:
        try:
            camera = camera_model(message)
        except ValueError as error:
            self._problem = f"camera_info: {error}"
            return
        if self.camera is None:
            self.camera = camera
            self._finder = TargetFinder(self._layout, camera, self._detection)
        elif not _same(camera, self.camera):
            self._problem = "the camera's intrinsics changed during the calibration"

    def _take_picture(self, message: Image) -> None:
        self.optical_frame = message.header.frame_id
        self._unjudged += len(self._pending) == PENDING
        self._pending.append(message)


def grey_picture(message: Image) -> NDArray[np.uint8]:
    """Return a picture in grey, shape (height, width).

    Raises:
        ValueError: It has another encoding than colour_array knows, or too few data.
    """
    return np.asarray(cv2.cvtColor(colour_array(message), cv2.COLOR_RGB2GRAY), np.uint8)


def _same(one: CameraModel, other: CameraModel) -> bool:
    return (
        (one.width, one.height) == (other.width, other.height)
        and np.array_equal(one.matrix, other.matrix)
        and np.array_equal(one.distortion, other.distortion)
    )
