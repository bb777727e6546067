# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The person beside an emulated cell, as far as a rehearsal needs one: enables the arm once everything else runs.

On a real arm nobody does this but a person, by `ros2 run rher_robot_driver arm enable`, after the policy has said that
it waits for a world. While all nodes start, a computer may be too busy to hear the controller in time.
"""

from __future__ import annotations

import sys
import time

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rher_agent.ros.session import ros_session
from rher_agent.ros.status import STATUS
from rher_agent.ros.waiting import ROS_GONE
from rher_robot_driver.arm_command import ask, find

START_PATIENCE = 180.0
"""Time for the policy node to start [s]."""
PATIENCE = 60.0
"""Time for the driver to let the arm be enabled then [s]."""
RETRY = 0.5
"""Between two looks or requests [s]."""


def await_policy(node: Node, patience: float) -> None:
    """Wait until the policy node is there.

    Args:
        node: Looks.
        patience: For how long [s].

    Raises:
        RuntimeError: It does not come.
    """
    deadline = time.monotonic() + patience
    while not node.count_publishers(STATUS):
        if time.monotonic() > deadline:
            raise RuntimeError(f"no policy node in {patience} s: nobody publishes /{STATUS}")
        rclpy.spin_once(node, timeout_sec=RETRY)


def enable(node: Node, patience: float) -> str:
    """Ask the driver to take the arm until it does; return its answer.

    Args:
        node: Asks.
        patience: After so long the last refusal counts [s].

    Raises:
        RuntimeError: It still refuses; the message says why.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return ask(node, find(node, "enable"))
        except RuntimeError:
            if time.monotonic() > deadline:
                raise
        rclpy.spin_once(node, timeout_sec=RETRY)


def main(args: list[str] | None = None) -> None:
    """Enable the arm; the exit code is 1 when the driver refuses for good."""
    with ros_session(args):
        node = rclpy.create_node("emulated_operator")
        try:
            await_policy(node, START_PATIENCE)
            node.get_logger().info(enable(node, PATIENCE))
        except RuntimeError as error:
            if rclpy.ok():
                sys.exit(f"operator_node: {error}")
        except (*ROS_GONE, ExternalShutdownException, KeyboardInterrupt):
            return


if __name__ == "__main__":
    main()
