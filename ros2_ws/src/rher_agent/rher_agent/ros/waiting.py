# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Waiting for a few ROS entities by hand.

An executor collects every entity of its nodes before each wait. In lock-step that costs more than the messages do, so
what is on the path of a step is waited for and taken here, as rclpy's own wait_for_message does, and no executor may
touch it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.client import Client
from rclpy.context import Context
from rclpy.exceptions import InvalidHandle
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.service import Service
from rclpy.subscription import Subscription

from rher_agent.ros.conversions import NS_PER_S

ROS_GONE = (InvalidHandle, rclpy_implementation.RCLError)
"""What rclpy raises when an entity is used after ROS was shut down."""


class TakenByHand(CallbackGroup):
    """The group of entities that no executor serves."""

    def can_execute(self, entity: Any) -> bool:
        """Keep every executor away."""
        return False

    def beginning_execution(self, entity: Any) -> bool:
        """Keep every executor away."""
        return False

    def ending_execution(self, entity: Any) -> None:
        """Nothing was begun."""


def never_called(message: object) -> None:
    """Stand where rclpy wants a callback for what is taken by hand."""


class Waiter:
    """Waits until one of a fixed set of entities has something to take.

    Raises:
        RuntimeError: ROS is not initialised.
    """

    def __init__(
        self,
        context: Context,
        *,
        subscriptions: Sequence[Subscription] = (),
        clients: Sequence[Client] = (),
        services: Sequence[Service] = (),
    ) -> None:
        self._subscriptions = [subscription.handle for subscription in subscriptions]
        self._clients = [client.handle for client in clients]
        self._services = [service.handle for service in services]
        if context.handle is None:
            raise RuntimeError("ROS is not initialised; call rclpy.init first")
        with context.handle:
            self._wait_set = rclpy_implementation.WaitSet(
                len(subscriptions), 0, 0, len(clients), len(services), 0, context.handle
            )

    def wait(self, timeout: float) -> None:
        """Wait until there is something to take, or the time is over.

        Args:
            timeout: Longest wait [s].
        """
        wait_set = self._wait_set
        wait_set.clear_entities()
        for subscription in self._subscriptions:
            wait_set.add_subscription(subscription)
        for client in self._clients:
            wait_set.add_client(client)
        for service in self._services:
            wait_set.add_service(service)
        wait_set.wait(max(0, round(timeout * NS_PER_S)))


def take_all(subscription: Subscription) -> Iterator[Any]:
    """Yield the messages that have arrived, oldest first."""
    handle, message_type = subscription.handle, subscription.msg_type
    while True:
        with handle:
            taken = handle.take_message(message_type, False)
        if taken is None:
            return
        yield taken[0]


def take_response(client: Client) -> Any | None:
    """Return a response that has arrived, or None."""
    with client.handle:
        _, response = client.handle.take_response(client.srv_type.Response)
    return response


def send_request(client: Client, request: Any) -> None:
    """Send a request whose response take_response will return."""
    with client.handle:
        client.handle.send_request(request)


def take_request(service: Service) -> tuple[Any, Any] | None:
    """Return a request that has arrived with the header its answer needs, or None."""
    with service.handle:
        request, header = service.handle.service_take_request(service.srv_type.Request)
    return None if header is None else (request, header)
