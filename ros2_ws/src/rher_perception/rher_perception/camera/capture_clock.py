# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From the stamps of a camera to the time of this computer."""

from __future__ import annotations

from collections import deque

WINDOW = 300
"""Pictures over which the shortest delay is sought: 10 s at 30 fps, in which two quartz clocks drift by under 1 ms."""


class CaptureClock:
    """Maps the camera's own clock to that of this computer.

    A picture arrives some delay after its capture. The clocks' offset is taken from the picture of the last few that
    arrived with the least delay, so that mapped stamps are late by that least delay only, and jitter of the transport
    does not pass into them.
    """

    def __init__(self) -> None:
        self._offsets: deque[int] = deque(maxlen=WINDOW)

    def map(self, device_ns: int, arrival_ns: int) -> int:
        """Return the time of a capture on this computer's clock [ns].

        Args:
            device_ns: Of the capture, on the camera's clock [ns].
            arrival_ns: Of the arrival, on this computer's clock [ns].
        """
        self._offsets.append(arrival_ns - device_ns)
        return device_ns + min(self._offsets)
