# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""ROS for the length of a `with` block or of a node's life, and the quiet end of both when ROS goes away."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

import rclpy
from rclpy.context import Context
from rclpy.executors import Executor, ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from rclpy.utilities import get_default_context

from rher_agent.ros.parameters import ParameterError
from rher_agent.ros.waiting import ROS_GONE

AnyNode = TypeVar("AnyNode", bound=Node)


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


class NodeExecutor(SingleThreadedExecutor):
    """Serves a node; where ROS goes away while it is made, its destructor does not complain about the half of it."""

    _sigint_gc = None


def spin_until_shutdown(executor: Executor) -> None:
    """Serve callbacks until ROS, or the executor, is shut down."""
    with ended_by_shutdown(executor.context):
        executor.spin()


def leave_interrupts_to_ros() -> None:
    """Let ROS alone answer Ctrl-C, by its shutdown: a KeyboardInterrupt would come in the middle of its calls."""
    signal.signal(signal.SIGINT, _pass_over)


def run_node(
    name: str,
    make: Callable[[], AnyNode],
    args: list[str] | None = None,
    *,
    start: Callable[[AnyNode], None] = lambda node: None,
    work: Callable[[AnyNode, threading.Event], None] | None = None,
    close: Callable[[AnyNode], None] = lambda node: None,
) -> None:
    """Run a node until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1.

    Args:
        name: Of the executable, for that line.
        make: Makes the node.
        args: Command line; that of the process when None.
        start: Called with the node before its callbacks are served.
        work: Done in this thread while a second one serves the callbacks; it ends by itself soon after the event, which
            is set when ROS was shut down. None to serve them here.
        close: Called with the node in the end, whatever happened.
    """
    leave_interrupts_to_ros()
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    with ros_session(args), ended_by_shutdown(get_default_context()):
        try:
            node = make()
        except ParameterError as error:
            sys.exit(f"{name}: {error}")
        executor: NodeExecutor | None = None
        try:
            executor = NodeExecutor()
            executor.add_node(node)
            start(node)
            if work is None:
                spin_until_shutdown(executor)
            else:
                _work_beside(executor, lambda shut_down: work(node, shut_down))
        finally:
            close(node)
            if executor is not None:
                executor.shutdown()


def _work_beside(executor: Executor, work: Callable[[threading.Event], None]) -> None:
    """Work in this thread while a second one serves callbacks."""
    shut_down = threading.Event()
    failures: list[BaseException] = []

    def serve() -> None:
        try:
            spin_until_shutdown(executor)
        except BaseException as error:
            # A node that no longer hears a stop must not go on working.
            failures.append(error)
        finally:
            shut_down.set()

    served = threading.Thread(target=serve, daemon=True)
    served.start()
    try:
        work(shut_down)
    finally:
        executor.shutdown()
        served.join()
    if failures:
        raise failures[0]


def _pass_over(number: int, frame: FrameType | None) -> None:
    """Do nothing with a signal."""
