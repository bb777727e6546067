# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What /diagnostics tells of the camera: pictures each second, drops, age."""

from __future__ import annotations

import threading

from diagnostic_msgs.msg import DiagnosticStatus, KeyValue

from rher_perception.camera.realsense import CameraFrame, CameraIdentity
from rher_perception.ros.topics import CAMERA_STATUS

NS_PER_S = 1_000_000_000
SLOW = 0.8
"""Less than this share of the asked for pictures is a warning."""


class CameraHealth:
    """Counts pictures from one thread and reports from another.

    Args:
        fps: Pictures per second that were asked for.
    """

    def __init__(self, fps: int) -> None:
        self._fps = fps
        self._lock = threading.Lock()
        self._name, self._serial, self._failure = "", "", "not started yet"
        self._number: int | None = None
        self._taken = self._dropped = self._starts = 0
        self._age_ns = 0
        self._reported_ns: int | None = None
        self._taken_before = 0

    def begun(self, identity: CameraIdentity) -> None:
        """Count a start; what failed before stays told until a picture comes."""
        with self._lock:
            self._name, self._serial = identity.name, identity.serial
            self._number = None
            self._starts += 1

    def taken(self, frame: CameraFrame, now_ns: int) -> None:
        """Count a picture at a time since the epoch [ns]."""
        with self._lock:
            if self._number is not None:
                self._dropped += max(0, frame.number - self._number - 1)
            self._number, self._failure = frame.number, ""
            self._taken += 1
            self._age_ns = now_ns - frame.stamp_ns

    def failed(self, reason: str) -> None:
        """Note why there are no pictures."""
        with self._lock:
            self._failure = reason

    def report(self, now_ns: int) -> DiagnosticStatus:
        """Return the line of the time since the last report; now_ns is steady [ns]."""
        with self._lock:
            fps = 0.0
            if self._reported_ns is not None and now_ns > self._reported_ns:
                fps = (self._taken - self._taken_before) * NS_PER_S / (now_ns - self._reported_ns)
            first = self._reported_ns is None
            self._reported_ns, self._taken_before = now_ns, self._taken
            level, message = DiagnosticStatus.OK, f"{fps:.1f} pictures per second"
            if self._failure:
                level, message = DiagnosticStatus.ERROR, self._failure
            elif fps < SLOW * self._fps and not first:
                level, message = DiagnosticStatus.WARN, f"{message}, asked for {self._fps}"
            values = {
                "camera": self._name,
                "pictures per second": f"{fps:.2f}",
                "pictures": self._taken,
                "dropped pictures": self._dropped,
                "age of the last picture at its arrival [s]": self._age_ns / NS_PER_S,
                "starts": self._starts,
            }
            return DiagnosticStatus(
                level=level,
                name=f"{CAMERA_STATUS}stream",
                message=message,
                hardware_id=self._serial,
                values=[KeyValue(key=key, value=str(value)) for key, value in values.items()],
            )
