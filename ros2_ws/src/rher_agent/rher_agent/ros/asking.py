# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One request to another node from a terminal, and its answer, for people."""

from __future__ import annotations

import time
from typing import Any

import rclpy
from rclpy.client import Client
from rclpy.node import Node

DISCOVERY_TIMEOUT = 5.0
"""Time for the other node to be found [s]."""
ANSWER_TIMEOUT = 60.0
"""Time for an answer [s]; a reset of the arm may take most of it."""
LOOK_PERIOD = 0.5
"""Between two looks whether the other node is still there [s]."""


def find(node: Node, kind: type, name: str, whom: str) -> Client:
    """Return a client of a service.

    Args:
        node: Asks.
        kind: Type of the service.
        name: Its name.
        whom: Who serves it, for the message.

    Raises:
        RuntimeError: Nobody does.
    """
    client: Client = node.create_client(kind, name)
    if not client.wait_for_service(DISCOVERY_TIMEOUT):
        raise RuntimeError(f"no {whom} answers to {client.service_name}; is ROS_DOMAIN_ID that of its launch?")
    return client


def ask(node: Node, client: Client, request: Any, ended: str, *, repeats: bool = False) -> str:
    """Return the message of the answer to a request, whose answer tells success and message.

    Args:
        node: Asks.
        client: From find.
        request: Of the client's type.
        ended: What is said when the other node ends meanwhile.
        repeats: Whether to ask again and again until an answer comes, for what may be done twice: between nodes that
            have only just found each other an answer can be lost.

    Raises:
        RuntimeError: It does not answer, ends meanwhile, or refuses; the message says why.
    """
    answers = [client.call_async(request)]
    deadline = time.monotonic() + ANSWER_TIMEOUT
    while not any(answer.done() for answer in answers):
        if time.monotonic() > deadline:
            raise RuntimeError(f"no answer in {ANSWER_TIMEOUT:.0f} s")
        if not client.service_is_ready():
            raise RuntimeError(ended)
        rclpy.spin_until_future_complete(node, answers[-1], timeout_sec=LOOK_PERIOD)
        if repeats and not answers[-1].done():
            answers.append(client.call_async(request))
    response = next(answer for answer in answers if answer.done()).result()
    if response is None or not response.success:
        raise RuntimeError(response.message if response is not None else "no answer")
    return str(response.message)
