# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The calibration's hand on the arm: its states, and commands, each after the state that the last one caused."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from rclpy.client import Client
from rclpy.node import Node
from rclpy.task import Future
from rher_agent.ros.conversions import command_message, pose_arrays, time_ns, twist_array
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LOCKSTEP
from rher_interfaces.msg import ArmCommand, ArmState
from std_srvs.srv import Trigger

from rher_perception.geometry import Pose

Vector = NDArray[np.float64]

WRITER = "calibration"
"""Who commands, see ArmCommand.writer."""
OWNER = "policy"
"""Who gets the arm back."""
EPISODES = 2**32 - 1
"""Numbers of episodes run from 0 to below this; the greatest belongs to the driver's own motions."""
LATE_LIMIT = 5
"""Commands in a row that may come too late before the arm is given up; a busy computer makes one late now and then."""
SAFETY_NAMES = {
    ArmState.DISABLED: "the arm is disabled: call /arm/enable",
    ArmState.STOPPED: "the arm was stopped",
    ArmState.PROTECTIVE_STOP: "protective stop",
    ArmState.EMERGENCY_STOP: "emergency stop",
    ArmState.FAULT: "fault",
    ArmState.LOST: "the arm is lost",
}


class ArmHeldError(Exception):
    """The arm does not do what is commanded; the message says why."""


class ArmLink:
    """Hears of the arm, and commands it.

    Args:
        node: Carries publishers, subscriptions and clients.
        heard: Called with the time [ns] and the pose base_from_gripper of every state of an arm that is not lost.
    """

    def __init__(self, node: Node, heard: Callable[[int, Pose], None]) -> None:
        self._node, self._heard = node, heard
        self.state: ArmState | None = None
        """The newest; None before the first."""
        self._episode, self._step = 0, 0
        self._answer: ArmState | None = None
        self._refusal = ""
        self._late = 0
        self._twist: Vector = np.zeros(6)
        self._commands = node.create_publisher(ArmCommand, ARM_COMMAND, LOCKSTEP)
        node.create_subscription(ArmState, ARM_STATE, self._take, LOCKSTEP)
        self._hand_overs: dict[str, Client] = {
            writer: node.create_client(Trigger, f"arm/hand_over/{writer}") for writer in (WRITER, OWNER)
        }

    @property
    def pose(self) -> Pose:
        """Pose base_from_gripper by the newest state; the gripper's frame is that of the TCP.

        Raises:
            ArmHeldError: Nothing was heard of the arm.
        """
        return pose_of(self._heard_of)

    @property
    def speed(self) -> float:
        """Norm of the TCP's measured velocity [m/s]."""
        return float(np.linalg.norm(twist_array(self._heard_of.tcp_twist)[:3]))

    @property
    def answered(self) -> bool:
        """Whether nothing is under way: the last command has its answer, or was refused."""
        return self._step == 0 or self._answer is not None or bool(self._refusal)

    @property
    def is_held(self) -> bool:
        """Whether the arm says that something holds it still."""
        return self._heard_of.safety != ArmState.NORMAL

    def begin(self) -> None:
        """Begin an episode of commands."""
        self._episode = (self._heard_of.episode + 1) % EPISODES
        self._step, self._answer, self._refusal = 0, None, ""

    def send(self, twist: Vector) -> None:
        """Command a twist for the next control period.

        Args:
            twist: Linear [m/s] then angular [rad/s] in base_link, shape (6,).
        """
        self._step += 1
        self._answer, self._twist = None, twist
        self.send_again()

    def send_again(self) -> None:
        """Send the last command once more, as decided on the newest state; the driver executes it once."""
        self._commands.publish(
            command_message(
                self._twist,
                math.nan,
                writer=WRITER,
                episode=self._episode,
                step=self._step,
                stamp_ns=time_ns(self._heard_of.header.stamp),
            )
        )

    def check(self) -> None:
        """Look at what the arm said.

        A command that came too late only ends its episode: the next one begins, a few times in a row.

        Raises:
            ArmHeldError: Something holds the arm, or a command was refused.
        """
        state = self._heard_of
        if self.is_held:
            raise ArmHeldError(state.reason or SAFETY_NAMES.get(state.safety, "the arm is held"))
        if self._refusal:
            raise ArmHeldError(self._refusal)
        if self._answer is None:
            return
        if not self._answer.stopped:
            self._late = 0
            return
        self._late += 1
        if self._late > LATE_LIMIT:
            raise ArmHeldError(self._answer.reason or "the motion was stopped")
        self.begin()

    def can_hand_over(self) -> bool:
        """Return whether a driver is there to hand the arm over."""
        return all(client.service_is_ready() for client in self._hand_overs.values())

    def ask_hand_over(self, taker: str) -> Future:
        """Ask for the arm for a writer; the result is a Trigger.Response."""
        return self._hand_overs[taker].call_async(Trigger.Request())

    @property
    def _heard_of(self) -> ArmState:
        if self.state is None:
            raise ArmHeldError("nothing was heard of the arm")
        return self.state

    def _take(self, state: ArmState) -> None:
        if state.refused:
            # Who else still commands the arm is refused too, and that is no concern of ours.
            if f"from '{WRITER}'" in state.reason:
                self._refusal = state.reason
            return
        self.state = state
        if self._step > 0 and (state.episode, state.step) == (self._episode, self._step):
            self._answer = self._answer or state
        if state.safety != ArmState.LOST:
            self._heard(time_ns(state.header.stamp), pose_of(state))


def pose_of(state: ArmState) -> Pose:
    """Return the pose base_from_gripper of a state."""
    position, quaternion = pose_arrays(state.tcp_pose)
    return Pose.from_quaternion(quaternion, position)
