# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A person's word to the arm from a terminal: `ros2 run rher_robot_driver arm stop`, and what the driver answers."""

from __future__ import annotations

import argparse
import select
import signal
import sys
import time
from contextlib import suppress

import rclpy
from rclpy.client import Client
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.utilities import remove_ros_args
from rher_agent.ros import asking
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
STOP = "stop"
STATUS = "status"
WATCH = "watch"
WORDS = {
    **REQUESTS,
    STATUS: "tell in one line how the arm is; the exit code is 1 when it is lost",
    WATCH: "stand ready: Enter stops the arm at once, each time, without the seconds a new `arm stop` needs to start",
}
SAFETY_NAMES = {value: state.value for state, value in SAFETY.items()}


def find(node: Node, name: str) -> Client:
    """Return a client of a request that the driver serves.

    Raises:
        RuntimeError: There is no driver.
    """
    return asking.find(node, Trigger, f"arm/{name}", "driver node")


def ask(node: Node, client: Client, *, repeats: bool = False) -> str:
    """Return the driver's answer; with repeats it is asked again until one comes.

    Raises:
        RuntimeError: It does not answer, ends meanwhile, or refuses; the message says why.
    """
    ended = "the driver node has ended; it brings the arm to rest first"
    return asking.ask(node, client, Trigger.Request(), ended, repeats=repeats)


def watch(node: Node) -> str:
    """Stop the arm whenever a person presses Enter, and when the terminal is closed; return the last answer.

    Raises:
        RuntimeError: As of find, or the driver has ended, after which Enter would stop nothing.
    """
    client = find(node, STOP)
    # A terminal that is closed sends this as well; that it is closed is read from the terminal itself.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    while True:
        _tell("Enter stops the arm")
        while not select.select([sys.stdin], [], [], asking.LOOK_PERIOD)[0]:
            if not client.service_is_ready():
                raise RuntimeError("\athe driver node has ended: Enter stops nothing any more")
        is_open = _is_open_after_reading()
        try:
            answer = ask(node, client, repeats=True)
        except RuntimeError as error:
            # Such as an arm that is lost: it may be recovered, and then Enter has to stop it.
            if not (is_open and client.service_is_ready()):
                raise
            answer = f"\a{error}"
        if not is_open:
            return answer
        _tell(answer)


def _is_open_after_reading() -> bool:
    """Read a line from the terminal; return whether the terminal is still there."""
    try:
        return bool(sys.stdin.readline())
    except OSError:
        return False


def _tell(text: str) -> None:
    """Write a line, unless the terminal is gone."""
    with suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def status(node: Node) -> str:
    """Return one line about the arm.

    Raises:
        RuntimeError: No state of the arm comes, or the arm is lost.
    """
    states: list[ArmState] = []
    node.create_subscription(ArmState, ARM_STATE, states.append, LOCKSTEP)
    deadline = time.monotonic() + asking.DISCOVERY_TIMEOUT
    while not states:
        if time.monotonic() > deadline:
            raise RuntimeError("no state of the arm comes; is ROS_DOMAIN_ID that of its launch, and is it connected?")
        rclpy.spin_once(node, timeout_sec=asking.DISCOVERY_TIMEOUT)
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
        _tell(answer)


def say(node: Node, word: str) -> str:
    """Return the answer to a word.

    Raises:
        RuntimeError: As of status, watch, find and ask.
    """
    if word == STATUS:
        return status(node)
    if word == WATCH:
        return watch(node)
    return ask(node, find(node, word), repeats=word == STOP)


if __name__ == "__main__":
    main()
