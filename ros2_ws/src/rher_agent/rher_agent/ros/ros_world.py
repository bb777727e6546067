# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The world behind the ROS graph, a simulator or an arm alike, seen through the training loop's World."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import rclpy
from rclpy.client import Client
from rclpy.node import Node
from rher_interfaces.msg import ArmCommand, ArmState, Episode, ObjectStates
from rher_interfaces.srv import Reset

from rher_agent.ros.conversions import (
    command_message,
    point_array,
    point_messages,
    time_ns,
    world_state,
)
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LATCHED, LOCKSTEP, OBJECTS, WORLD_EPISODE, WORLD_RESET
from rher_agent.ros.waiting import ROS_GONE, TakenByHand, Waiter, never_called, send_request, take_all, take_response
from rher_agent.tasks.task import Task
from rher_agent.worlds.action import check_action
from rher_agent.worlds.state import Vector, WorldState, with_last_known
from rher_agent.worlds.step_builder import build_step
from rher_agent.worlds.world import Step, WorldError

CALLER_BITS = 64
"""Size of the random number by which the world tells this RosWorld from others."""
MAX_UNSEEN_STARTS = 5
"""Episodes in a row at whose start an object is not seen, after which the world is given up."""
OTHER_START = 2**31
"""What another start changes in the seed of an episode. Seeds are drawn from 63 bits: hardly any two are that alike."""


@dataclass(frozen=True)
class RosWorldParameters:
    """How patient a RosWorld is. All times are wall time."""

    timeout: float = 4.0
    """Silence after which a world counts as dead [s]."""
    resend_period: float = 0.25
    """Wait before a command or a request is sent again, because messages can be lost [s]."""
    startup_timeout: float = 60.0
    """Silence allowed before the first answer of all, while the other nodes start [s]."""
    writer: str = "policy"
    """Who commands, as the safety chain knows it."""

    def __post_init__(self) -> None:
        for name in ("timeout", "resend_period", "startup_timeout"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value} s; allowed: more than 0")
        if not self.writer:
            raise ValueError("writer is empty; allowed: the name of a writer")


class GraphShutdownError(WorldError):
    """ROS was shut down, or is about to be, in the middle of an episode: as a rule by Ctrl-C."""


class RosWorld:
    """Acts by publishing commands and waiting for the states they cause.

    Nothing here waits on ROS time or for a fixed time: every wait ends when a message comes. Commands and requests
    carry their number, so that one sent again changes nothing. The entities used here are taken by hand; an executor
    may spin the same node in another thread.

    Args:
        task: The task served.
        node: Carries publishers and subscriptions; a node of its own when None.
        parameters: Patience and name.
        should_stop: Asked while waiting; once True, every wait ends with a GraphShutdownError.
    """

    name = "ros"

    def __init__(
        self,
        task: Task,
        node: Node | None = None,
        parameters: RosWorldParameters | None = None,
        *,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._task = task
        self._parameters = parameters or RosWorldParameters()
        self._own_node = node is None
        self._node = node or rclpy.create_node("ros_world")
        self._context = self._node.context
        self._should_stop = should_stop
        self._caller = secrets.randbits(CALLER_BITS)
        by_hand = TakenByHand()
        self._commands = self._node.create_publisher(ArmCommand, ARM_COMMAND, LOCKSTEP)
        self._arm_states = self._node.create_subscription(
            ArmState, ARM_STATE, never_called, LOCKSTEP, callback_group=by_hand
        )
        self._object_states = self._node.create_subscription(
            ObjectStates, OBJECTS, never_called, LOCKSTEP, callback_group=by_hand
        )
        self._episodes = self._node.create_subscription(
            Episode, WORLD_EPISODE, never_called, LATCHED, callback_group=by_hand
        )
        self._reset_client: Client = self._node.create_client(Reset, WORLD_RESET, callback_group=by_hand)
        self._arm_waiter = Waiter(self._context, subscriptions=[self._arm_states])
        self._objects_waiter = Waiter(self._context, subscriptions=[self._object_states])
        self._reset_waiter = Waiter(self._context, subscriptions=[self._episodes], clients=[self._reset_client])

        self._episode = -1
        self._step = 0
        self._over = True
        self._answered = False
        self._desired_goal = np.zeros((len(task.object_names), 3))
        self._state: WorldState | None = None
        self._objects: ObjectStates | None = None
        self._refusal = ""

    @property
    def task(self) -> Task:
        """The task served."""
        return self._task

    @property
    def state(self) -> WorldState | None:
        """What the last step saw; None before the first reset."""
        return self._state

    def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
        """Begin an episode; see World.reset. Waits as long as the world says that it will be ready later.

        From a start at which an object is not seen nothing can be learned or judged: another one is asked for.
        """
        for attempt in range(MAX_UNSEEN_STARTS):
            step = self._begin(None if seed is None else seed ^ (attempt * OTHER_START), goal)
            if not step.stopped:
                return step
            self._node.get_logger().warning(f"another start than that of episode {self._episode}: {step.reason}")
        raise WorldError(f"{MAX_UNSEEN_STARTS} episodes in a row could not begin: {step.reason}")

    def step(self, action: Vector) -> Step:
        """Act for one control period; see World.step.

        Raises:
            ValueError: The action is not finite or has another shape.
            WorldError: The episode is over, or the world did not answer.
        """
        if self._over or self._state is None:
            raise WorldError("the episode is over; call reset first")
        action = check_action(self._task, action)
        self._step += 1
        self._refusal = ""
        gripper = self._task.gripper(action)
        command = command_message(
            self._task.twist(action),
            gripper,
            writer=self._parameters.writer,
            episode=self._episode,
            step=self._step,
            stamp_ns=self._state.stamp_ns,
        )
        with self._reporting_shutdown():
            arm, objects = self._await_state(command)
        step = self._build_step(arm, objects, gripper)
        self._over = step.truncated
        return step

    def close(self) -> None:
        """Release the node's share of this world."""
        if self._own_node:
            self._node.destroy_node()
            return
        self._node.destroy_publisher(self._commands)
        for subscription in (self._arm_states, self._object_states, self._episodes):
            self._node.destroy_subscription(subscription)
        self._node.destroy_client(self._reset_client)

    def _begin(self, seed: int | None, goal: Vector | None) -> Step:
        """Begin one episode and return its step 0, stopped when an object is not seen."""
        self._episode += 1
        self._over = True
        request = Reset.Request(
            caller=self._caller,
            episode=self._episode,
            task=self._task.name,
            use_seed=seed is not None,
            seed=0 if seed is None else seed,
            goal=[] if goal is None else point_messages(np.asarray(goal, dtype=np.float64)),
        )
        self._objects = None
        self._step, self._refusal = 0, ""
        with self._reporting_shutdown():
            start = self._await_episode(request)
            for _ in take_all(self._arm_states):
                pass  # of the episode before
            self._check_publishers()
            objects = start.objects if start.objects.objects else self._await_first_objects(request, start.arm)
        self._check_objects(objects)
        self._objects = objects
        self._desired_goal = point_array(start.goal)
        step = self._build_step(start.arm, objects, start.arm.gripper)
        self._over = step.truncated
        return step

    def _build_step(self, arm: ArmState, objects: ObjectStates, gripper: float) -> Step:
        self._state = with_last_known(world_state(arm, objects), self._state)
        return build_step(
            self._task,
            self._state,
            self._desired_goal,
            self._episode,
            self._step,
            gripper=gripper,
            clipped=arm.clipped,
            stopped=arm.stopped,
            reason=arm.reason,
        )

    def _await_episode(self, request: Reset.Request) -> Episode:
        """Ask for an episode until it is ready.

        The request is repeated while no answer comes, and while the world gets ready as a sign of life: the world
        answers a repeat with what it answered before. /world/episode only tells that it is time to ask again.
        """
        patience = self._parameters.timeout if self._answered else self._parameters.startup_timeout
        now = time.monotonic()
        silent_until, send_at = now + patience, now
        while True:
            self._check_context()
            now = time.monotonic()
            if now >= silent_until:
                present = "answers nothing" if self._reset_client.service_is_ready() else "is not there"
                raise WorldError(
                    f"no answer to the reset of episode {request.episode} in {patience} s: "
                    f"{self._reset_client.service_name} {present}"
                )
            if now >= send_at:
                if self._reset_client.service_is_ready():
                    send_request(self._reset_client, request)
                send_at = now + self._parameters.resend_period
            self._reset_waiter.wait(min(silent_until, send_at) - now)
            while (response := take_response(self._reset_client)) is not None:
                if response.start.episode != request.episode:
                    continue  # the answer to a repeat of an earlier request
                if not response.accepted:
                    raise WorldError(f"the reset of episode {request.episode} was refused: {response.message}")
                self._answered = True
                if response.ready:
                    return response.start
                silent_until = time.monotonic() + self._parameters.timeout
            if any(episode.episode == request.episode for episode in take_all(self._episodes)):
                send_at = time.monotonic()

    def _await_first_objects(self, request: Reset.Request, arm: ArmState) -> ObjectStates:
        """Wait for what a camera sees of the start; ask for the start again, so that the camera is shown it again."""
        # At the very first, camera and perception are still starting.
        patience = self._parameters.startup_timeout if self._state is None else self._parameters.timeout
        now = time.monotonic()
        deadline, send_at = now + patience, now + self._parameters.resend_period
        while True:
            self._check_context()
            objects = self._take_objects(time_ns(arm.objects_stamp))
            if objects is not None:
                return objects
            now = time.monotonic()
            if now >= deadline:
                raise WorldError(self._describe_silence(arm, patience))
            if now >= send_at:
                send_request(self._reset_client, request)
                send_at = now + self._parameters.resend_period
            self._objects_waiter.wait(min(deadline, send_at) - now)

    def _await_state(self, command: ArmCommand) -> tuple[ArmState, ObjectStates]:
        """Send a command, again and again, until the state it causes is complete."""
        arm: ArmState | None = None
        now = time.monotonic()
        deadline, send_at = now + self._parameters.timeout, now
        while True:
            self._check_context()
            if now >= send_at:
                self._commands.publish(command)
                send_at = now + self._parameters.resend_period
            if arm is None:
                self._arm_waiter.wait(min(deadline, send_at) - now)
                arm = self._take_arm_state()
            if arm is not None:
                objects = self._take_objects(time_ns(arm.objects_stamp))
                if objects is not None:
                    return arm, objects
                self._objects_waiter.wait(min(deadline, send_at) - now)
            now = time.monotonic()
            if now >= deadline:
                raise WorldError(self._describe_silence(arm, self._parameters.timeout))

    def _take_arm_state(self) -> ArmState | None:
        """Return the state of this step if it has come; what belongs to another step is old or a repeat."""
        found = None
        for message in take_all(self._arm_states):
            if message.episode != self._episode:
                continue
            if message.refused:
                self._refusal = message.reason
            elif message.step == self._step:
                found = message
        return found

    def _take_objects(self, stamp_ns: int) -> ObjectStates | None:
        """Return the objects of a stamp if they have come; for stamp 0, real time, the newest ones."""
        for message in take_all(self._object_states):
            self._check_objects(message)
            known_ns = -1 if self._objects is None else time_ns(self._objects.header.stamp)
            # Later ones belong to a later step, and what is sent again must not hide what has come since.
            if stamp_ns == 0 or known_ns < time_ns(message.header.stamp) <= stamp_ns:
                self._objects = message
        if self._objects is None or (stamp_ns != 0 and time_ns(self._objects.header.stamp) != stamp_ns):
            return None
        return self._objects

    def _check_publishers(self) -> None:
        """Refuse to act where two worlds would answer every command."""
        topic = self._arm_states.topic_name
        worlds = self._node.count_publishers(topic)
        if worlds > 1:
            raise WorldError(f"{worlds} publishers of {topic} in this ROS domain; allowed: one world")

    def _check_objects(self, message: ObjectStates) -> None:
        names = tuple(item.name for item in message.objects)
        if names != self._task.body_names:
            topic = self._object_states.topic_name
            raise WorldError(f"{topic} holds {names}; the task '{self._task.name}' has {self._task.body_names}")

    @contextmanager
    def _reporting_shutdown(self) -> Iterator[None]:
        try:
            self._check_context()
            yield
        except ROS_GONE as error:
            self._check_context()
            raise WorldError(f"ROS failed: {error}") from error

    def _check_context(self) -> None:
        if self._should_stop():
            raise GraphShutdownError("the node was asked to stop")
        if not self._context.ok():
            raise GraphShutdownError("ROS was shut down")

    def _describe_silence(self, arm: ArmState | None, patience: float) -> str:
        missing = (self._arm_states if arm is None else self._object_states).topic_name
        worlds = self._node.count_publishers(missing)
        cause = f"; {self._refusal}" if self._refusal else ""
        if worlds > 1:
            cause += "; allowed: one world in a ROS domain"
        return (
            f"no {missing} for step {self._step} of episode {self._episode} in {patience} s, "
            f"{worlds} publisher(s) there{cause}"
        )
