# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Timers of wall time, also in a node that is told to follow simulated time."""

from __future__ import annotations

from collections.abc import Callable

from rclpy.clock import Clock, ClockType
from rclpy.node import Node


def create_wall_timer(node: Node, period: float, callback: Callable[[], None]) -> None:
    """Have a node call back every so often.

    Args:
        node: Carries the timer.
        period: [s] of wall time.
        callback: What to call.
    """
    node.create_timer(period, callback, clock=Clock(clock_type=ClockType.STEADY_TIME))
