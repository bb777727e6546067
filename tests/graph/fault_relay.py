# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Passes commands, states, objects and resets on, and loses and doubles one message of each.

Outside are the topics of the contract; the simulation is remapped to the same names below /relayed.
"""

from __future__ import annotations

import sys

import rclpy
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import ExternalShutdownException
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LOCKSTEP, OBJECTS, WORLD_RESET
from rher_agent.ros.session import ros_session
from rher_interfaces.msg import ArmCommand, ArmState, ObjectStates
from rher_interfaces.srv import Reset

DROPPED = {"commands": 120, "states": 230, "objects": 340, "resets": 4}
"""Which message of each kind is lost."""
DOUBLED = {"commands": 150, "states": 260, "objects": 370, "resets": 9}
"""Which message of each kind is sent twice."""
HANG = 60.0
"""Longest wait for the simulation [s]."""
STEPS_LATE = 7
"""The second copy of a reset arrives when so many commands of its episode have passed."""
NOBODY = 2**32 - 1
"""Number of an episode that nobody asked for: its answer is as good as lost."""


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class ResetRelay:
    """Loses one answer to a reset, and sends one request again in the middle of its episode."""

    def __init__(self, node):
        together = ReentrantCallbackGroup()  # the answer comes while its request is served
        self._client = node.create_client(Reset, f"/relayed/{WORLD_RESET}", callback_group=together)
        assert self._client.wait_for_service(HANG)
        node.create_service(Reset, WORLD_RESET, self._forward, callback_group=together)
        node.create_subscription(ArmCommand, ARM_COMMAND, self._send_again, LOCKSTEP)
        self._passed = 0
        self._late = None

    async def _forward(self, request, response):
        response = await self._client.call_async(request)
        self._passed += 1
        if self._passed == DROPPED["resets"]:
            tell("dropped resets")
            response.start.episode = NOBODY
        if self._passed == DOUBLED["resets"]:
            self._late = request
        return response

    def _send_again(self, command):
        if self._late is not None and (command.episode, command.step) == (self._late.episode, STEPS_LATE):
            self._client.call_async(self._late)
            self._late = None
            tell("doubled resets")


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
        ResetRelay(node)
        relay(node, "commands", ArmCommand, ARM_COMMAND, f"/relayed/{ARM_COMMAND}")
        relay(node, "states", ArmState, f"/relayed/{ARM_STATE}", ARM_STATE)
        relay(node, "objects", ObjectStates, f"/relayed/{OBJECTS}", OBJECTS)
        try:
            rclpy.spin(node)
        except (KeyboardInterrupt, ExternalShutdownException):
            return


if __name__ == "__main__":
    main()
