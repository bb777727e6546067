# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A person's word to the arm from a terminal: `ros2 run rher_robot_driver arm stop`, and what the driver answers."""

from __future__ import annotations

import argparse
import sys
import time

import rclpy
from rclpy.client import Client
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.utilities import remove_ros_args
from rher_agent.ros.quality import ARM_STATE, LOCKSTEP
from rher_agent.ros.session import ros_session
from rher_interfaces.msg import ArmState
from std_srvs.srv import Trigger

from rher_robot_driver.ros.messages import SAFETY

REQUESTS = {
    "enable": "run the pre-flight list and take the arm",
    "disable": "bring the arm to rest and give it back",
    "stop": "brake along the path and hold",
    "recover": "end a stop, once its cause is gone",
    "reset": "move to the start pose: up, across, down",
}
STATUS = "status"
WATCH = "watch"
WORDS = {
    **REQUESTS,
    STATUS: "tell in one line how the arm is; the exit code is 1 when it is lost",
    WATCH: "stand ready: Enter stops the arm at once, without the seconds that a new `arm stop` needs to start",
}
DISCOVERY_TIMEOUT = 5.0
"""Time for the driver node to be found [s]."""
ANSWER_TIMEOUT = 60.0
"""Time for an answer [s]; a reset may take most of it."""
LOOK_PERIOD = 0.5
"""Between two looks whether the driver is still there [s]."""
SAFETY_NAMES = {value: state.value for state, value in SAFETY.items()}


def find(node: Node, name: str) -> Client:
    """Return a client of a request that the driver serves.

    Raises:
        RuntimeError: There is no driver.
    """
    client: Client = node.create_client(Trigger, f"arm/{name}")
    if not client.wait_for_service(DISCOVERY_TIMEOUT):
        raise RuntimeError(f"no driver node answers to {client.service_name}; is ROS_DOMAIN_ID that of its launch?")
    return client


def ask(node: Node, client: Client) -> str:
    """Return the driver's answer.

    Raises:
        RuntimeError: It does not answer, ends meanwhile, or refuses; the message says why.
    """
    answer = client.call_async(Trigger.Request())
    deadline = time.monotonic() + ANSWER_TIMEOUT
    while not answer.done():
        if time.monotonic() > deadline:
            raise RuntimeError(f"no answer in {ANSWER_TIMEOUT:.0f} s")
        if not client.service_is_ready():
            raise RuntimeError("the driver node has ended; it brings the arm to rest first")
        rclpy.spin_until_future_complete(node, answer, timeout_sec=LOOK_PERIOD)
    response = answer.result()
    if response is None or not response.success:
        raise RuntimeError(response.message if response is not None else "no answer")
    return str(response.message)


def watch(node: Node) -> str:
    """Stop the arm when a person presses Enter, or when the terminal is closed; return the answer.

    Raises:
        RuntimeError: As of find and ask.
    """
    client = find(node, "stop")
    sys.stdout.write("Enter stops the arm\n")
    sys.stdout.flush()
    sys.stdin.readline()
    return ask(node, client)


def status(node: Node) -> str:
    """Return one line about the arm.

    Raises:
        RuntimeError: No state of the arm comes, or the arm is lost.
    """
    states: list[ArmState] = []
    node.create_subscription(ArmState, ARM_STATE, states.append, LOCKSTEP)
    deadline = time.monotonic() + DISCOVERY_TIMEOUT
    while not states:
        if time.monotonic() > deadline:
            raise RuntimeError("no state of the arm comes; is ROS_DOMAIN_ID that of its launch, and is it connected?")
        rclpy.spin_once(node, timeout_sec=DISCOVERY_TIMEOUT)
    state = states[-1]
    if state.safety == ArmState.LOST:
        raise RuntimeError(f"the arm is lost: {state.reason}")
    at = state.tcp_pose.position
    place = f"TCP at ({at.x:.3f}, {at.y:.3f}, {at.z:.3f}) m"
    return ", ".join(part for part in (SAFETY_NAMES[state.safety], place, state.reason) if part)


def main(args: list[str] | None = None) -> None:
    """Say one word to the driver and print its answer; the exit code is 1 when it refuses."""
    parser = argparse.ArgumentParser(prog="arm", description=__doc__)
    commands = parser.add_subparsers(dest="word", required=True, metavar="WORD")
    for name, meaning in WORDS.items():
        commands.add_parser(name, help=meaning)
    word = parser.parse_args(remove_ros_args(args if args is not None else sys.argv)[1:]).word
    with ros_session(args):
        node = rclpy.create_node("arm_command")
        try:
            answer = say(node, word)
        except RuntimeError as error:
            sys.exit(f"{word}: {error}")
        except (ExternalShutdownException, KeyboardInterrupt):
            sys.exit(f"{word}: interrupted before the driver answered")
        finally:
            node.destroy_node()
        sys.stdout.write(f"{answer}\n")


def say(node: Node, word: str) -> str:
    """Return the answer to a word.

    Raises:
        RuntimeError: As of status, watch, find and ask.
    """
    if word == STATUS:
        return status(node)
    if word == WATCH:
        return watch(node)
    return ask(node, find(node, word))


if __name__ == "__main__":
    main()
