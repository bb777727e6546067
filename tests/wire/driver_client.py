# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A policy and a person in one: commands, states and services of the driver node, in the process of a test."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.client import Client
from rclpy.task import Future
from rher_agent.ros.conversions import command_message, time_ns
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LOCKSTEP, OBJECTS
from rher_interfaces.msg import ArmCommand, ArmState, ObjectStates
from std_srvs.srv import Trigger

HANG = 30.0
"""Time after which a wait is a failure [s]."""
REST = (0.0, 0.0, 0.0)


class DriverClient:
    """Commands the arm and hears of it."""

    def __init__(self, writer: str = "policy") -> None:
        self.node = rclpy.create_node(f"client_{writer}")
        self.writer = writer
        self.states: list[ArmState] = []
        self.diagnostics: dict[str, DiagnosticStatus] = {}
        self._commands = self.node.create_publisher(ArmCommand, ARM_COMMAND, LOCKSTEP)
        self._objects = self.node.create_publisher(ObjectStates, OBJECTS, LOCKSTEP)
        self.node.create_subscription(ArmState, ARM_STATE, self.states.append, LOCKSTEP)
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._diagnosed, LOCKSTEP)

    def close(self) -> None:
        self.node.destroy_node()

    @property
    def state(self) -> ArmState:
        """The state that came last."""
        return self.states[-1]

    def spin_until(self, condition: Callable[[], bool]) -> None:
        hang = time.monotonic() + HANG
        while not condition():
            assert time.monotonic() < hang, f"it never came; the last state: {self.states[-1:]}"
            rclpy.spin_once(self.node, timeout_sec=0.1)

    def next_state(self, condition: Callable[[ArmState], bool] = lambda state: True) -> ArmState:
        """Wait for a state, from now on, that meets a condition."""
        self.states.clear()
        found: list[ArmState] = []

        def has_come() -> bool:
            found.extend(state for state in self.states if condition(state))
            return bool(found)

        self.spin_until(has_come)
        return found[0]

    def fresh_state(self) -> ArmState:
        """Wait for a state that was measured after this call."""
        now_ns = self.node.get_clock().now().nanoseconds
        return self.next_state(lambda state: time_ns(state.header.stamp) > now_ns)

    def call(self, name: str) -> Trigger.Response:
        """Call a service of the arm and wait for its answer."""
        return self.answer(self.ask(name))

    def ask(self, name: str) -> Future:
        """Call a service of the arm."""
        client: Client = self.node.create_client(Trigger, f"/arm/{name}")
        assert client.wait_for_service(HANG)
        return client.call_async(Trigger.Request())

    def answer(self, asked: Future) -> Trigger.Response:
        """Wait for the answer of a service."""
        self.spin_until(asked.done)
        return asked.result()

    def send(self, episode: int, step: int, linear: Sequence[float] = REST, *, stamp_ns: int | None = None) -> None:
        """Publish a command, made on the newest state."""
        twist = np.array((*linear, 0.0, 0.0, 0.0))
        self._commands.publish(
            command_message(
                twist,
                math.nan,
                writer=self.writer,
                episode=episode,
                step=step,
                stamp_ns=time_ns(self.state.header.stamp) if stamp_ns is None else stamp_ns,
            )
        )

    def step(self, episode: int, step: int, linear: Sequence[float] = REST) -> ArmState:
        """Command, and wait for the state that ends the step."""
        self.fresh_state()
        self.send(episode, step, linear)
        return self.end_of(episode, step)

    def end_of(self, episode: int, step: int) -> ArmState:
        """Wait for the state that ends a step."""
        return self.next_state(lambda state: (state.episode, state.step) == (episode, step) and not state.refused)

    def run(self, episode: int, twists: Sequence[Sequence[float]]) -> list[ArmState]:
        """Act through an episode, each command in answer to the state before."""
        answers = []
        self.fresh_state()
        for number, twist in enumerate(twists, start=1):
            self.send(episode, number, twist)
            answers.append(self.end_of(episode, number))
        return answers

    def see_objects(self) -> None:
        """Publish that the objects were seen now."""
        message = ObjectStates()
        message.header.stamp = self.node.get_clock().now().to_msg()
        self._objects.publish(message)

    def diagnosis(self, part: str = "arm") -> DiagnosticStatus:
        """Return what the newest diagnostics say of a part of the driver; nothing before the first."""
        return self.diagnostics.get(f"driver: {part}", DiagnosticStatus())

    def _diagnosed(self, message: DiagnosticArray) -> None:
        self.diagnostics.update({status.name: status for status in message.status})
