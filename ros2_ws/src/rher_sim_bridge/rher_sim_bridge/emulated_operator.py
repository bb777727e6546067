# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Who works with an emulated cell in tests and benchmarks: moves the arm as a learner does, and reads what is told.

What the arm truly did is read from the controller's log.
"""

from __future__ import annotations

import math
import time

import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.client import Client
from rclpy.node import Node
from rher_agent.ros.quality import ARM_STATE, LOCKSTEP
from rher_agent.ros.ros_world import GraphShutdownError, RosWorld, RosWorldParameters
from rher_agent.tasks.registry import make_task
from rher_agent.worlds.world import Step
from rher_interfaces.msg import ArmState
from std_srvs.srv import Trigger

from rher_sim_bridge.ur_controller.motion_log import MotionLog

ANSWER_TIMEOUT = 20.0
"""For a service [s]."""
EPISODE_TIMEOUT = 30.0
"""For the arm to stand at its start [s]; the world itself waits for a person as long as it takes."""
RETRY = 0.5
"""Between two tries of a recovery [s]."""
SERVICES = ("arm/enable", "arm/disable", "arm/stop", "arm/recover", "world/resume")
REST_SPEED = 0.002
"""Speed of the TCP below which the arm rests [m/s]: servos settle, contacts ring."""


class Operator:
    """A client of the driver: moves the arm through a RosWorld, reads what is told, calls services."""

    def __init__(self) -> None:
        self.node: Node = rclpy.create_node("operator")
        self._patience_ends = math.inf
        self.world = RosWorld(
            make_task("push"),
            parameters=RosWorldParameters(timeout=3.0),
            should_stop=lambda: time.monotonic() > self._patience_ends,
        )
        self.states: list[tuple[int, ArmState]] = []
        self.diagnostics: dict[str, str] = {}
        self._services: dict[str, Client] = {name: self.node.create_client(Trigger, name) for name in SERVICES}
        self.node.create_subscription(ArmState, ARM_STATE, self._take_state, LOCKSTEP)
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._take_diagnostics, LOCKSTEP)

    def close(self) -> None:
        """Release everything."""
        self.world.close()
        self.node.destroy_node()

    def call(self, name: str) -> Trigger.Response:
        """Call a service of the driver."""
        client = self._services[name]
        if not client.wait_for_service(ANSWER_TIMEOUT):
            raise TimeoutError(f"{name} is not there")
        answer = client.call_async(Trigger.Request())
        rclpy.spin_until_future_complete(self.node, answer, timeout_sec=ANSWER_TIMEOUT)
        response = answer.result()
        if response is None:
            raise TimeoutError(f"{name} does not answer")
        return response

    def watch(self, seconds: float) -> None:
        """Take what comes for a time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0.0:
            rclpy.spin_once(self.node, timeout_sec=left)

    def enable(self) -> None:
        """Enable the arm; while the driver is still connecting it is asked again."""
        end = time.monotonic() + ANSWER_TIMEOUT
        while not (answer := self.call("arm/enable")).success:
            if time.monotonic() > end:
                raise TimeoutError(answer.message)
            self.watch(RETRY)

    def recover(self) -> bool:
        """Call /arm/recover until it works; the rules of recovery want a while at rest."""
        end = time.monotonic() + ANSWER_TIMEOUT
        while not self.call("arm/recover").success:
            if time.monotonic() > end:
                return False
            self.watch(RETRY)
        return True

    def begin(self, seed: int, patience: float = EPISODE_TIMEOUT) -> Step:
        """Begin an episode.

        Args:
            seed: Of the episode.
            patience: Time for the arm to stand at its start [s].

        Raises:
            TimeoutError: Something holds the arm.
        """
        self._patience_ends = time.monotonic() + patience
        try:
            return self.world.reset(seed=seed)
        except GraphShutdownError as error:
            self.watch(RETRY)
            held_by = self.states[-1][1].reason if self.states else "no state of the arm came"
            raise TimeoutError(f"the arm is not at its start after {patience} s: {held_by}") from error
        finally:
            self._patience_ends = math.inf

    def _take_state(self, message: ArmState) -> None:
        self.states.append((time.monotonic_ns(), message))

    def _take_diagnostics(self, message: DiagnosticArray) -> None:
        for status in message.status:
            self.diagnostics[status.name] = status.message


def rest(log: MotionLog, since_ns: int, until_ns: int) -> tuple[int, float]:
    """Return when the arm had come to rest for good [ns], and its way until then [m]."""
    window = (log.clock_ns >= since_ns) & (log.clock_ns <= until_ns)
    clock, speed = log.clock_ns[window], log.tcp_speed[window]
    moving = np.flatnonzero(speed > REST_SPEED)
    last = int(moving[-1]) if moving.size else 0
    way = np.linalg.norm(np.diff(log.tcp_position[window][: last + 2], axis=0), axis=1).sum()
    return int(clock[last]), float(way)


def way_between(log: MotionLog, since_ns: int, until_ns: int) -> float:
    """Return how far the TCP got from where it was at a time [m]."""
    window = (log.clock_ns >= since_ns) & (log.clock_ns <= until_ns)
    positions = log.tcp_position[window]
    return float(np.linalg.norm(positions - positions[0], axis=1).max()) if len(positions) else 0.0
