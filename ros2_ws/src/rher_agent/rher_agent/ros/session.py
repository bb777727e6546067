# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""ROS for the length of a `with` block, on every distribution: Jazzy's rclpy.init is no context manager yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import rclpy


@contextmanager
def ros_session(args: list[str] | None = None, *, domain_id: int | None = None) -> Iterator[None]:
    """Initialise ROS and shut it down at the end, unless a signal has done so already.

    Args:
        args: Command line; that of the process when None.
        domain_id: ROS domain; that of the environment when None.
    """
    rclpy.init(args=args, domain_id=domain_id)
    try:
        yield
    finally:
        rclpy.try_shutdown()
