# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The camera of a simulated cell as a ROS node: what a real one publishes, from the same code, of what is rendered.

Everything above the software device is rher_perception's own camera. Its pictures come from one of two places: in
lock-step one for every scene that the simulation node tells of, with that scene's stamp; or in real time, at the
camera's rate, of the cell of an emulated UR controller.
"""

from __future__ import annotations

import math
import sys
import threading
import time
from dataclasses import dataclass, field, replace

import numpy as np
from rclpy.node import Node
from rher_agent.ros.conversions import time_ns
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import LOCKSTEP
from rher_agent.ros.session import ended_by_shutdown, run_node
from rher_agent.ros.waiting import TakenByHand, Waiter, never_called, take_all
from rher_agent.tasks.registry import make_task, task_names
from rher_interfaces.msg import SceneState
from rher_perception.camera.settings import CameraSettings
from rher_perception.ros.camera_publisher import CameraPublisher, PublisherParameters
from rher_robot_driver.kinematics.dh import UR_ARMS

from rher_sim_bridge.camera.real_time import PictureSchedule
from rher_sim_bridge.camera.renderer import SceneRenderer
from rher_sim_bridge.camera.sensor import SensorParameters
from rher_sim_bridge.camera.simulated_d435 import Picture, SimulatedD435
from rher_sim_bridge.ros.topics import SCENE
from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.scene.workplace import PICTURE
from rher_sim_bridge.ur_controller.faults import FaultClient

SIMULATED_ARM = "ur5e"
"""The arm of the simulation node."""
CELL_TASK = "push"
"""Whose scene the emulated cell is."""
SERIAL = "simulated"
"""Serial number when none is asked for."""
CELL_POSITIONS = ("q", "cube_position", "cube_quaternion")
"""What the emulator tells, in the order of the scene's generalised positions."""
SHUTDOWN_CHECK = 0.2
"""Longest wait before the node looks whether it is to end [s]."""
WARNING_PERIOD = 1.0
"""Least time between two messages about scenes that do not fit [s]."""


@dataclass(frozen=True)
class SimCameraParameters:
    """What the camera sees, and how late that is known."""

    task: str = field(default=CELL_TASK, metadata={"choices": task_names()})
    """Whose scene is seen."""
    controller: str = ""
    """Address of an emulated UR controller, whose cell is seen in real time; empty for the simulation node's scene."""
    robot_model: str = field(default=SIMULATED_ARM, metadata={"choices": tuple(UR_ARMS)})
    """Which arm stands in the scene."""
    latency: float = field(default=0.0, metadata={"range": (0.0, 1.0)})
    """From a capture to its picture, in real time [s]; in lock-step the simulation's observation_latency counts."""
    plate: bool = False
    """Whether the tool holds the plate of a calibration."""

    def __post_init__(self) -> None:
        if self.controller:
            if self.task != CELL_TASK:
                raise ValueError(f"task is '{self.task}'; allowed with controller: {CELL_TASK}")
            return
        if self.latency > 0.0:
            raise ValueError(f"latency is {self.latency} s; allowed without controller: 0, see observation_latency")
        if self.plate or self.robot_model != SIMULATED_ARM:
            raise ValueError(
                f"plate is {self.plate}, robot_model is {self.robot_model}; "
                f"allowed without controller: what the simulation has, no plate and {SIMULATED_ARM}"
            )


class SimCameraNode(Node):
    """A camera that sees a simulated scene.

    Raises:
        ParameterError: A parameter has a value that is not allowed, or no emulated controller is at the address.
    """

    def __init__(self) -> None:
        super().__init__("camera", automatically_declare_parameters_from_overrides=True)
        parameters = declare_parameters(self, SimCameraParameters())
        defaults = CameraSettings(serial=SERIAL)
        if not parameters.controller:
            # In lock-step a picture comes when a step is taken, however long that takes.
            defaults = replace(defaults, start_timeout=math.inf, frame_timeout=math.inf)
        settings = declare_parameters(self, defaults)
        sensor = declare_parameters(self, SensorParameters(), "sensor.")
        publishing = declare_parameters(self, PublisherParameters())
        refuse_unknown_parameters(self)
        if settings.width > PICTURE[0] or settings.height > PICTURE[1]:
            raise ParameterError(
                f"width, height are {settings.width}, {settings.height}; allowed: at most {PICTURE[0]}, {PICTURE[1]}"
            )
        self._task = parameters.task
        self._latency, self._period = parameters.latency, 1.0 / settings.fps
        self._cell: FaultClient | None = None
        if address := parameters.controller:
            try:
                self._cell = FaultClient(address)
            except OSError as error:
                raise ParameterError(f"no emulated controller at {address}: {error}") from error
        plate = Plate() if parameters.plate else None
        renderer = SceneRenderer(
            make_task(parameters.task), settings.width, settings.height, parameters.robot_model, plate
        )
        self._camera = SimulatedD435(renderer, settings, sensor, settings.serial)
        self._scenes = self.create_subscription(SceneState, SCENE, never_called, LOCKSTEP, callback_group=TakenByHand())
        self._publisher = CameraPublisher(self, settings, publishing, self._camera.open)

    def start(self) -> None:
        """Begin to publish."""
        self._publisher.start()

    def run(self, shut_down: threading.Event) -> None:
        """Take pictures until ROS is shut down, in the thread that made the node."""
        with ended_by_shutdown(self.context):
            if self._cell is None:
                self._see_scenes(shut_down)
            else:
                self._see_cell(self._cell, shut_down)

    def close(self) -> None:
        """Stop the camera and release the graphics."""
        self._publisher.close()
        self._camera.close()
        if self._cell is not None:
            self._cell.close()

    def _see_scenes(self, shut_down: threading.Event) -> None:
        """Take a picture of every scene that is told of; a scene told twice gives the same picture twice."""
        waiter = Waiter(self.context, subscriptions=[self._scenes])
        while not shut_down.is_set():
            waiter.wait(SHUTDOWN_CHECK)
            for scene in take_all(self._scenes):
                self._see_scene(scene)

    def _see_scene(self, scene: SceneState) -> None:
        try:
            if scene.task != self._task:
                raise ValueError(f"task is '{scene.task}'; allowed: {self._task}")
            picture = self._camera.take(time_ns(scene.header.stamp), np.array(scene.positions))
        except ValueError as error:
            self.get_logger().error(f"{SCENE}: {error}", throttle_duration_sec=WARNING_PERIOD)
            return
        self._camera.give(picture)

    def _see_cell(self, cell: FaultClient, shut_down: threading.Event) -> None:
        """Take pictures of the emulated cell at the camera's rate."""

        def take() -> Picture:
            asked_ns = time.time_ns()
            truth = cell.state()
            # The emulator looked somewhere between question and answer.
            stamp_ns = (asked_ns + time.time_ns()) // 2
            positions = np.concatenate([truth[name] for name in CELL_POSITIONS])
            return self._camera.take(stamp_ns, positions, covered=truth["cube_covered"])

        schedule = PictureSchedule(self._period, self._latency, take, self._camera.give)
        while not shut_down.is_set():
            due = schedule.serve(time.monotonic())
            shut_down.wait(max(0.0, due - time.monotonic()))


def main(args: list[str] | None = None) -> None:
    """Run the node until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1."""
    start, work, close = SimCameraNode.start, SimCameraNode.run, SimCameraNode.close
    try:
        run_node("sim_camera_node", SimCameraNode, args, start=start, work=work, close=close)
    except OSError as error:
        sys.exit(f"sim_camera_node: the emulated controller has ended ({error})")


if __name__ == "__main__":
    main()
