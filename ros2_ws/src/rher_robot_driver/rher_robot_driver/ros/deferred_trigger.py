# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A Trigger service whose answer comes when what it asked for is done, without holding up the node's executor.

An awaiting callback makes rclpy's executor poll without pause; therefore requests are taken by hand and answered later.
"""

from __future__ import annotations

from typing import Any

from rclpy.node import Node
from rher_agent.ros.waiting import TakenByHand, take_request
from std_srvs.srv import Trigger


class TriggerReply:
    """The answer to one call; to be sent once."""

    def __init__(self, service: Any, header: Any) -> None:
        self._service = service
        self._header = header

    def send(self, success: bool, message: str) -> None:
        """Answer."""
        self._service.send_response(Trigger.Response(success=success, message=message), self._header)


class DeferredTrigger:
    """Serves a name.

    Args:
        node: Carries the service.
        name: Of the service.
    """

    def __init__(self, node: Node, name: str) -> None:
        self._service = node.create_service(Trigger, name, _never_called, callback_group=TakenByHand())

    def take(self) -> TriggerReply | None:
        """Return the reply that a request waits for, or None when there is no request."""
        taken = take_request(self._service)
        return None if taken is None else TriggerReply(self._service, taken[1])


def _never_called(request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
    """Stand where rclpy wants a callback; the requests are taken by hand."""
    return response
