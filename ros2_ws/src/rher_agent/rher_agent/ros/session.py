# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""ROS for the length of a `with` block, and the end of what runs in it when ROS goes away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import rclpy
from rclpy.context import Context
from rclpy.executors import Executor, ExternalShutdownException
from rclpy.signals import SignalHandlerOptions

from rher_agent.ros.waiting import ROS_GONE


@contextmanager
def ros_session(
    args: list[str] | None = None,
    *,
    domain_id: int | None = None,
    signals: SignalHandlerOptions = SignalHandlerOptions.ALL,
) -> Iterator[None]:
    """Initialise ROS and shut it down at the end, unless a signal has done so already.

    Jazzy's rclpy.init is no context manager yet.

    Args:
        args: Command line; that of the process when None.
        domain_id: ROS domain; that of the environment when None.
        signals: Which signals shut ROS down.
    """
    rclpy.init(args=args, domain_id=domain_id, signal_handler_options=signals)
    try:
        yield
    finally:
        rclpy.try_shutdown()


@contextmanager
def ended_by_shutdown(context: Context) -> Iterator[None]:
    """Let a shutdown of ROS end the block quietly; the same errors while ROS is there are passed on."""
    try:
        yield
    except ExternalShutdownException:
        return
    except ROS_GONE:
        if context.ok():
            raise


def spin_until_shutdown(executor: Executor) -> None:
    """Serve callbacks until ROS, or the executor, is shut down."""
    with ended_by_shutdown(executor.context):
        executor.spin()
