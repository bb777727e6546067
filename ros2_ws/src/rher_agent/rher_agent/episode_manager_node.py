# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The episode manager as a ROS node: the side of /world/reset that a real table has.

It knows of the object what perception tells, moves it by contact alone, and commands the arm through the driver as any
writer does.
"""

from __future__ import annotations

import copy
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.client import Client
from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rclpy.task import Future
from rher_interfaces.msg import ArmCommand, ArmState, Episode, ObjectStates
from rher_interfaces.srv import Reset
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from rher_agent.episodes.manager import EpisodeManager
from rher_agent.episodes.operator_log import OperatorLog
from rher_agent.episodes.orders import MANAGER, POLICY, Begin, Command, HandOver
from rher_agent.episodes.readings import ArmReading, SeenObject
from rher_agent.episodes.settings import EpisodeSettings
from rher_agent.ros.conversions import (
    GRIPPER_AS_IT_IS,
    NS_PER_S,
    command_message,
    point_array,
    point_messages,
    pose_arrays,
    time_ns,
    twist_array,
)
from rher_agent.ros.operator_call import OperatorCall
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import (
    ARM_COMMAND,
    ARM_STATE,
    LATCHED,
    LOCKSTEP,
    OBJECTS,
    PAUSED,
    WORLD_EPISODE,
    WORLD_RESET,
)
from rher_agent.ros.reset_requests import UNSEEDED, ResetRequests
from rher_agent.ros.session import run_node
from rher_agent.ros.status import DIAGNOSTICS, DIAGNOSTICS_DEPTH
from rher_agent.ros.task_parameters import declare_task
from rher_agent.tasks.push import PushTask

WORLD_RESUME = "world/resume"
TASK = "push"
"""The only task whose table can be tidied up."""
TICK = 0.05
"""Between two looks at what is due while no state of the arm comes [s]."""
DIAGNOSTICS_PERIOD = 1.0
"""[s]"""
WARNING_PERIOD = 5.0
"""Least time between two warnings of the same kind [s]."""
HELD_BY = {
    ArmState.DISABLED: "the arm is disabled: call /arm/enable",
    ArmState.STOPPED: "the arm was stopped",
    ArmState.PROTECTIVE_STOP: "protective stop",
    ArmState.EMERGENCY_STOP: "emergency stop",
    ArmState.FAULT: "fault",
    ArmState.LOST: "the arm is lost",
}
"""What to tell where the driver gives no reason."""


@dataclass(frozen=True)
class EpisodeManagerParameters:
    """What only the node needs."""

    folder: str = ""
    """Of the run, for the table of operator calls; empty for none."""


class EpisodeManagerNode(Node):
    """Wires messages to an EpisodeManager.

    Raises:
        ParameterError: A parameter has a value that is not allowed, or a name that does not exist.
    """

    def __init__(self) -> None:
        super().__init__("episode_manager", automatically_declare_parameters_from_overrides=True)
        settings = declare_parameters(self, EpisodeSettings())
        folder = declare_parameters(self, EpisodeManagerParameters()).folder
        task = declare_task(self, TASK)
        assert isinstance(task, PushTask)
        refuse_unknown_parameters(self)
        try:
            self._manager = EpisodeManager(task, settings)
        except ValueError as error:
            raise ParameterError(str(error)) from error
        self._task = task
        self._requests = ResetRequests(task, self._manager.workspace.refuse_goal)
        self._arm: ArmState | None = None
        self._objects: ObjectStates | None = None

        self._commands = self.create_publisher(ArmCommand, ARM_COMMAND, LOCKSTEP)
        self._episodes = self.create_publisher(Episode, WORLD_EPISODE, LATCHED)
        self._diagnostics = self.create_publisher(DiagnosticArray, DIAGNOSTICS, DIAGNOSTICS_DEPTH)
        self._operator = OperatorCall(self, (*task.parameters.center, task.parameters.table_height))
        self._calls = OperatorLog(Path(folder) if folder else None)
        self._hand_overs: dict[str, Client] = {
            writer: self.create_client(Trigger, f"arm/hand_over/{writer}") for writer in (MANAGER, POLICY)
        }
        self.create_subscription(ArmState, ARM_STATE, self._hear, LOCKSTEP)
        self.create_subscription(ObjectStates, OBJECTS, self._see, LOCKSTEP)
        self.create_subscription(Bool, PAUSED, self._pause, LATCHED)
        self.create_service(Reset, WORLD_RESET, self._reset)
        self.create_service(Trigger, WORLD_RESUME, self._resume)
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(TICK, self._advance, clock=steady)
        self.create_timer(DIAGNOSTICS_PERIOD, self._diagnose, clock=steady)

    def _reset(self, request: Reset.Request, _: Reset.Response) -> Reset.Response:
        before = self._requests.wanted
        answer = self._requests.answer(request)
        wanted = self._requests.wanted
        if wanted is not None and wanted is not before:
            goal = point_array(wanted.goal) if wanted.goal else None
            self._manager.want(wanted.seed if wanted.use_seed else None, goal, time.monotonic())
        return answer

    def _resume(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success, response.message = self._manager.resume(time.monotonic())
        self._tell()
        return response

    def _pause(self, message: Bool) -> None:
        self._manager.paused = message.data
        self._advance()

    def _hear(self, message: ArmState) -> None:
        now = time.monotonic()
        if message.refused:
            # Who else still commands the arm is refused too, and that is no concern of ours.
            if f"from '{MANAGER}'" in message.reason:
                self._manager.refused(message.reason, now)
            return
        self._arm = message
        self._manager.hear(_reading(message, now))
        self._advance()

    def _see(self, message: ObjectStates) -> None:
        self._objects = message
        age = (self.get_clock().now().nanoseconds - time_ns(message.header.stamp)) / NS_PER_S
        name = self._task.object_names[0]
        found = [item for item in message.objects if item.name == name]
        if not found:
            told = ", ".join(item.name for item in message.objects) or "nothing"
            self.get_logger().warning(
                f"{OBJECTS} tells of {told}; allowed: '{name}', the object of the task",
                throttle_duration_sec=WARNING_PERIOD,
            )
        for item in found:
            position, _ = pose_arrays(item.pose)
            self._manager.see(SeenObject(time.monotonic() - age, position, item.tracked, item.age))

    def _advance(self) -> None:
        """Do what is due."""
        order = self._manager.advance(time.monotonic())
        self._tell()
        if isinstance(order, Command):
            self._command(order)
        elif isinstance(order, HandOver):
            self._hand_over(order.writer)
        elif isinstance(order, Begin):
            self._begin(order)

    def _tell(self) -> None:
        """Tell people what they are needed for."""
        needed = self._manager.needed
        self._operator.tell(needed)
        self._calls.tell(needed, datetime.now())

    def _command(self, command: Command) -> None:
        assert self._arm is not None
        self._commands.publish(
            command_message(
                command.twist,
                GRIPPER_AS_IT_IS,
                writer=MANAGER,
                episode=command.episode,
                step=command.step,
                stamp_ns=time_ns(self._arm.header.stamp),
            )
        )

    def _hand_over(self, writer: str) -> None:
        client = self._hand_overs[writer]
        if not client.service_is_ready():
            self._manager.answered(writer, False, "the driver is not there", time.monotonic())
            return

        def answered(future: Future) -> None:
            response = future.result()
            if response is not None:
                self._manager.answered(writer, response.success, response.message, time.monotonic())

        client.call_async(Trigger.Request()).add_done_callback(answered)

    def _begin(self, begin: Begin) -> None:
        """Report the episode that was wanted."""
        wanted, arm, objects = self._requests.wanted, self._arm, self._objects
        assert wanted is not None and arm is not None and objects is not None
        episode = Episode(
            episode=wanted.episode,
            task=wanted.task,
            seed=wanted.seed if wanted.use_seed else UNSEEDED,
            goal=point_messages(begin.goal),
            arm=copy.deepcopy(arm),
            objects=objects,
        )
        episode.arm.episode, episode.arm.step = wanted.episode, 0
        episode.arm.stopped = episode.arm.clipped = episode.arm.refused = False
        episode.arm.reason = ""
        self._requests.begin(episode)
        self._episodes.publish(episode)

    def _diagnose(self) -> None:
        manager = self._manager
        level = DiagnosticStatus.OK
        if manager.needed:
            level = DiagnosticStatus.ERROR
        elif manager.waiting:
            level = DiagnosticStatus.WARN
        values = {"phase": manager.phase.value, "waiting for": manager.waiting, **asdict(manager.counts)}
        status = DiagnosticStatus(
            level=level,
            name=f"{self.get_name()}: table",
            message=manager.needed or manager.waiting or manager.phase.value,
            hardware_id=self._task.name,
            values=[KeyValue(key=key.replace("_", " "), value=str(value)) for key, value in values.items()],
        )
        array = DiagnosticArray(status=[status])
        array.header.stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(array)
        self._operator.draw()


def _reading(message: ArmState, now: float) -> ArmReading:
    position, orientation = pose_arrays(message.tcp_pose)
    held = ""
    if message.safety != ArmState.NORMAL:
        held = message.reason or HELD_BY.get(message.safety, "the arm is held")
    return ArmReading(
        heard=now,
        position=position,
        orientation=orientation,
        speed=float(np.linalg.norm(twist_array(message.tcp_twist)[:3])),
        held=held,
        episode=message.episode,
        step=message.step,
        stopped=(message.reason or "stopped") if message.stopped else "",
    )


def main(args: list[str] | None = None) -> None:
    """Run the node until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1."""
    run_node("episode_manager_node", EpisodeManagerNode, args)


if __name__ == "__main__":
    main()
