# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Passes commands, states and objects on, and loses and doubles one message of each.

Outside are the topics of the contract; the simulation is remapped to the same names below /relayed.
"""

from __future__ import annotations

import sys

import rclpy
from rclpy.executors import ExternalShutdownException
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LOCKSTEP, OBJECTS
from rher_agent.ros.session import ros_session
from rher_interfaces.msg import ArmCommand, ArmState, ObjectStates

DROPPED = {"commands": 120, "states": 230, "objects": 340}
"""Which message of each kind is lost."""
DOUBLED = {"commands": 150, "states": 260, "objects": 370}
"""Which message of each kind is sent twice."""


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def relay(node, kind, message_type, source, target):
    publisher = node.create_publisher(message_type, target, LOCKSTEP)
    passed = 0

    def forward(message):
        nonlocal passed
        passed += 1
        if passed == DROPPED[kind]:
            tell(f"dropped {kind}")
            return
        publisher.publish(message)
        if passed == DOUBLED[kind]:
            publisher.publish(message)
            tell(f"doubled {kind}")

    node.create_subscription(message_type, source, forward, LOCKSTEP)


def main():
    with ros_session():
        node = rclpy.create_node("fault_relay")
        relay(node, "commands", ArmCommand, ARM_COMMAND, f"/relayed{ARM_COMMAND}")
        relay(node, "states", ArmState, f"/relayed{ARM_STATE}", ARM_STATE)
        relay(node, "objects", ObjectStates, f"/relayed{OBJECTS}", OBJECTS)
        try:
            rclpy.spin(node)
        except (KeyboardInterrupt, ExternalShutdownException):
            return


if __name__ == "__main__":
    main()
