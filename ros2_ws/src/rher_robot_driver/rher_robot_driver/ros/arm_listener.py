# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Wakes the node's executor when the arm process has said something, so that a state is told as soon as it is there."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable

from rclpy.node import Node

from rher_robot_driver.ur.supervisor import ArmSupervisor

LOOK_PERIOD = 0.1
"""Longest wait before the thread looks whether it is to end [s]."""
MS_PER_S = 1000.0


class ArmListener:
    """A thread that does nothing but wait.

    Args:
        node: Its executor is woken.
        arm: What is listened to; another arm process may take the place of the first at any time.
        take: Called by the executor; takes what the arm process has said.
    """

    def __init__(self, node: Node, arm: ArmSupervisor, take: Callable[[], None]) -> None:
        self._arm = arm
        self._take = take
        self._taken = threading.Event()
        self._closing = threading.Event()
        self._arrived = node.create_guard_condition(self._serve)
        self._thread = threading.Thread(target=self._listen, name="arm process", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._closing.set()
        self._taken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _serve(self) -> None:
        self._take()
        self._taken.set()

    def _listen(self) -> None:
        while not self._closing.is_set():
            descriptor = self._arm.fileno()
            if descriptor < 0:
                self._closing.wait(LOOK_PERIOD)
                continue
            poller = select.poll()
            poller.register(descriptor, select.POLLIN)
            if poller.poll(MS_PER_S * LOOK_PERIOD):
                self._taken.clear()
                self._arrived.trigger()
                self._taken.wait(LOOK_PERIOD)
