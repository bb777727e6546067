# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The controller's own time: setpoints must not come faster than the controller takes them."""

from __future__ import annotations

MAX_LEAD = 2.0
"""Controller cycles by which setpoints may be ahead; as many as two clocks that jitter need."""


class ControllerClock:
    """Counts by how many cycles the setpoints are ahead of the controller.

    A path of so many metres for each setpoint is a speed only by the controller's own clock. Where that runs slower
    than ours, by crystals or because it is late, the path waits for it. Being late ourselves gives no credit: lost
    time is never made up for.

    Args:
        servo_period: Of the controller's cycle [s].
    """

    def __init__(self, servo_period: float) -> None:
        self.waits = 0
        """Setpoints that waited for the controller."""
        self._servo_period = servo_period
        self._timestamp = 0.0
        self._lead = 0.0

    def restart(self, timestamp: float) -> None:
        """Begin anew at a time of the controller [s]."""
        self._timestamp = timestamp
        self._lead = 0.0
        self.waits = 0

    def passed(self, timestamp: float) -> None:
        """Take note of the controller's time [s]."""
        self._lead = max(0.0, self._lead - (timestamp - self._timestamp) / self._servo_period)
        self._timestamp = timestamp

    def may_send(self) -> bool:
        """Return whether the controller is ready for a new setpoint, which is then taken as sent."""
        if self._lead + 1.0 > MAX_LEAD + 1e-6:
            self.waits += 1
            return False
        self._lead += 1.0
        return True
