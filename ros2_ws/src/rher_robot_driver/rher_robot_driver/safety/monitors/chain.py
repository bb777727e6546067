# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""All monitors together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.safety.monitors.force_threshold import ForceThreshold
from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.safety.monitors.measured_speed import MeasuredSpeed
from rher_robot_driver.safety.monitors.measured_workspace import MeasuredBox, MeasuredTilt
from rher_robot_driver.safety.monitors.monitor import Monitor
from rher_robot_driver.safety.monitors.tracking_error import TrackingError
from rher_robot_driver.safety.parameters import SafetyParameters

Vector = NDArray[np.float64]


class MonitorChain:
    """Asks every monitor. Build it with build_monitor_chain.

    Args:
        monitors: The first of them that objects gives the reason.
    """

    def __init__(self, monitors: Sequence[Monitor]) -> None:
        self._monitors = tuple(monitors)
        self._objecting: set[str] = set()

    @property
    def counts(self) -> dict[str, int]:
        """For each monitor, how often it began to object."""
        return {monitor.reason: monitor.count for monitor in self._monitors}

    def reset(self) -> None:
        """Forget what was measured before."""
        self._objecting.clear()
        for monitor in self._monitors:
            monitor.reset()

    def check(self, measured: MeasuredMotion, commanded_position: Vector, elapsed: float) -> str:
        """Return why the motion must stop, or an empty text.

        Args:
            measured: The arm now.
            commanded_position: Of the TCP in base_link [m], shape (3,).
            elapsed: Time since the last check [s].

        Raises:
            ValueError: The time is negative or not finite.
        """
        if not (math.isfinite(elapsed) and elapsed >= 0.0):
            raise ValueError(f"elapsed is {elapsed} s; allowed: 0 or more")
        first = ""
        for monitor in self._monitors:
            if monitor.check(measured, commanded_position, elapsed):
                first = first or monitor.reason
                if monitor.reason not in self._objecting:
                    self._objecting.add(monitor.reason)
                    monitor.count += 1
            else:
                self._objecting.discard(monitor.reason)
        return first


def build_monitor_chain(parameters: SafetyParameters) -> MonitorChain:
    """Build the monitors, once, from the parameters."""
    limits = parameters.monitors
    return MonitorChain(
        (
            MeasuredBox(parameters.workspace_lower, parameters.workspace_upper, parameters.table_height),
            MeasuredTilt(parameters.max_tilt),
            MeasuredSpeed(parameters.max_linear_speed, limits.speed_debounce),
            ForceThreshold(limits.max_force, limits.max_torque, limits.force_debounce, limits.peak_factor),
            TrackingError(limits.max_tracking_error, limits.tracking_debounce),
        )
    )
