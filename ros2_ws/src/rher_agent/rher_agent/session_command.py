# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A person's word to a running session from a terminal: `ros2 run rher_agent session pause`, and what is answered."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.utilities import remove_ros_args
from std_srvs.srv import SetBool, Trigger

from rher_agent.ros.asking import ask, find
from rher_agent.ros.session import ros_session


@dataclass(frozen=True)
class Word:
    """What a person can say."""

    meaning: str
    service: str
    whom: str
    """Who serves it."""
    kind: type = Trigger
    request: Any = None
    """None for an empty one."""
    repeats: bool = True
    """Whether it may be said twice."""


POLICY, EPISODE_MANAGER = "policy node", "episode manager"
WORDS = {
    "pause": Word("pause after the running episode", "rher/pause", POLICY, SetBool, SetBool.Request(data=True)),
    "go_on": Word("end a pause", "rher/pause", POLICY, SetBool, SetBool.Request(data=False)),
    "save": Word("ask whether everything is saved", "rher/save", POLICY),
    "table_ready": Word(
        "the cube lies in the square and no hand is in the cell", "world/resume", EPISODE_MANAGER, repeats=False
    ),
}


def say(node: Node, word: Word) -> str:
    """Return the answer to a word.

    Raises:
        RuntimeError: Nobody answers, or the answer is no.
    """
    client = find(node, word.kind, word.service, word.whom)
    request = word.request if word.request is not None else word.kind.Request()  # type: ignore[attr-defined]
    return ask(node, client, request, f"the {word.whom} has ended", repeats=word.repeats)


def main(args: list[str] | None = None) -> None:
    """Say one word and print the answer; the exit code is 1 when it is no."""
    parser = argparse.ArgumentParser(prog="session", description=__doc__)
    commands = parser.add_subparsers(dest="word", required=True, metavar="WORD")
    for name, word in WORDS.items():
        commands.add_parser(name, help=word.meaning)
    name = parser.parse_args(remove_ros_args(args if args is not None else sys.argv)[1:]).word
    with ros_session(args):
        node = rclpy.create_node("session_command")
        try:
            answer = say(node, WORDS[name])
        except RuntimeError as error:
            sys.exit(f"{name}: {error}")
        except (ExternalShutdownException, KeyboardInterrupt):
            sys.exit(f"{name}: interrupted before an answer came")
        finally:
            node.destroy_node()
        sys.stdout.write(f"{answer}\n")


if __name__ == "__main__":
    main()
