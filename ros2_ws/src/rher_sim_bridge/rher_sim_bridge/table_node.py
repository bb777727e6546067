# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The table beside an emulated controller as a ROS node: where the cube is, and a new episode when one is asked for.

It stands in for camera and person, so that the policy node, the driver node and the emulated controller run a task in
real time without either. The arm itself is moved by the driver alone, at this node's request.
"""

from __future__ import annotations

import copy
import sys
from dataclasses import dataclass, field

import numpy as np
from geometry_msgs.msg import Point
from rclpy.client import Client
from rclpy.node import Node
from rclpy.task import Future
from rher_agent.ros.conversions import fill_header, fill_pose, fill_twist, pose_arrays
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import ARM_STATE, LATCHED, LOCKSTEP, OBJECTS, WORLD_EPISODE, WORLD_RESET
from rher_agent.ros.reset_requests import UNSEEDED
from rher_agent.ros.session import run_node
from rher_agent.tasks.push import PushTask
from rher_interfaces.msg import ArmState, Episode, ObjectState, ObjectStates
from rher_interfaces.srv import Reset
from std_srvs.srv import Trigger

from rher_sim_bridge.ros.emulated_episodes import EmulatedEpisodes
from rher_sim_bridge.ur_controller.faults import FaultClient

NS_PER_S = 1_000_000_000
RETRY_PERIOD = 0.5
"""Wait before the driver is asked again to bring the arm to its start [s]."""


@dataclass(frozen=True)
class TableParameters:
    """Which controller, and how often one looks."""

    controller: str = "127.0.0.2"
    """Address of the emulated controller."""
    rate: float = field(default=30.0, metadata={"range": (1.0, 120.0)})
    """Looks each second [Hz]; that of a camera."""
    serves_episodes: bool = True
    """Whether to place the cube for episodes; false when an episode manager serves them by contact alone."""


class TableNode(Node):
    """Tells the true pose of the cube and serves episodes of the push task.

    Raises:
        ParameterError: A parameter has a value that is not allowed, or no emulated controller is at the address.
    """

    def __init__(self) -> None:
        super().__init__("table", automatically_declare_parameters_from_overrides=True)
        parameters = declare_parameters(self, TableParameters())
        refuse_unknown_parameters(self)
        try:
            self._cell = FaultClient(parameters.controller)
        except OSError as error:
            raise ParameterError(f"no emulated controller at {parameters.controller}: {error}") from error
        self._task = PushTask()
        self._episodes = EmulatedEpisodes(self._task)
        self._arm: ArmState | None = None
        self._seen: ObjectStates | None = None
        self._reset_under_way: Future | None = None

        self._objects = self.create_publisher(ObjectStates, OBJECTS, LOCKSTEP)
        self.create_timer(1.0 / parameters.rate, self._look)
        if parameters.serves_episodes:
            self._serve_episodes()

    def close(self) -> None:
        """Disconnect from the emulated cell."""
        self._cell.close()

    def _serve_episodes(self) -> None:
        self._begun = self.create_publisher(Episode, WORLD_EPISODE, LATCHED)
        self.create_subscription(ArmState, ARM_STATE, self._take_arm_state, LOCKSTEP)
        self.create_service(Reset, WORLD_RESET, lambda request, _: self._episodes.answer(request))
        self._arm_reset: Client = self.create_client(Trigger, "arm/reset")
        self.create_timer(RETRY_PERIOD, self._prepare)

    def _take_arm_state(self, message: ArmState) -> None:
        self._arm = message

    def _look(self) -> None:
        """Tell where the cube is."""
        truth = self._cell.state()
        cube = ObjectState(name=self._task.object_names[0], tracked=True)
        fill_pose(cube.pose, np.array(truth["cube_position"]), np.array(truth["cube_quaternion"]))
        message = ObjectStates(objects=[cube])
        stamp_ns = int(self.get_clock().now().nanoseconds)
        fill_header(message.header, stamp_ns)
        if self._seen is not None:
            before, _ = pose_arrays(self._seen.objects[0].pose)
            past_ns = self._seen.header.stamp.sec * NS_PER_S + self._seen.header.stamp.nanosec
            velocity = (np.array(truth["cube_position"]) - before) * NS_PER_S / max(1, stamp_ns - past_ns)
            fill_twist(cube.twist, velocity, np.zeros(3))
        self._seen = message
        self._objects.publish(message)

    def _prepare(self) -> None:
        """Bring the arm to its start when an episode is wanted; ask again while something holds the arm."""
        if self._episodes.wanted is None or self._reset_under_way is not None or self._arm is None:
            return
        if self._arm.safety != ArmState.NORMAL or not self._arm_reset.service_is_ready():
            return
        answer = self._arm_reset.call_async(Trigger.Request())
        answer.add_done_callback(self._begin)
        self._reset_under_way = answer

    def _begin(self, answer: Future) -> None:
        """Place the cube and tell that the episode can begin."""
        self._reset_under_way = None
        response, wanted = answer.result(), self._episodes.wanted
        if wanted is None or self._arm is None or response is None:
            return
        if not response.success:
            self.get_logger().warning(f"the arm is not at its start: {response.message}")
            return
        tcp_position, _ = pose_arrays(self._arm.tcp_pose)
        place, yaw, goal = self._episodes.draw(tcp_position)
        self._cell.place_cube(float(place[0]), float(place[1]), yaw)
        self._seen = None
        self._look()
        episode = Episode(
            episode=wanted.episode,
            task=wanted.task,
            seed=wanted.seed if wanted.use_seed else UNSEEDED,
            goal=[Point(x=x, y=y, z=z) for x, y, z in goal.tolist()],
            arm=copy.deepcopy(self._arm),
        )
        assert self._seen is not None
        episode.objects = self._seen
        episode.arm.episode, episode.arm.step = wanted.episode, 0
        episode.arm.stopped = episode.arm.clipped = episode.arm.refused = False
        self._episodes.begin(episode)
        self._begun.publish(episode)


def main(args: list[str] | None = None) -> None:
    """Run the node until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1."""
    try:
        run_node("table_node", TableNode, args, close=TableNode.close)
    except ConnectionError:
        sys.exit("table_node: the emulated controller has ended")


if __name__ == "__main__":
    main()
