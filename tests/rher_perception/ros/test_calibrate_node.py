# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The command `calibrate` in hand-guided mode, on rendered pictures of a plate that a simulated tool holds.

A node plays arm and camera: all times are stamps, so that a minute of guiding takes as long as its pictures.
"""

from __future__ import annotations

import math
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.task import Future
from rher_agent.ros.conversions import fill_header, fill_pose
from rher_agent.ros.parameters import ParameterError
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LOCKSTEP
from rher_agent.tasks.push import PushTask
from rher_interfaces.msg import ArmCommand, ArmState
from rher_perception.calibrate_node import CalibrateNode
from rher_perception.calibration.planner import Region, Spread, plan_poses
from rher_perception.calibration.record import CalibrationRecord
from rher_perception.calibration.tool_orientation import TOOL_DOWN, ToolPose
from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_angle
from rher_perception.ros.arm_link import OWNER, WRITER
from rher_perception.ros.collection import REST_TIME
from rher_perception.ros.driver_limits import NAMES
from rher_perception.ros.images import camera_info_message, colour_message, header_of
from rher_perception.ros.topics import CAMERA_INFO, DIAGNOSTICS, IMAGE
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_sim_bridge.camera.renderer import SceneRenderer
from rher_sim_bridge.camera.sensor import CameraSensor, SensorParameters
from rher_sim_bridge.scene.camera import optical_pose
from rher_sim_bridge.scene.gripper import TOOL_LENGTH
from rher_sim_bridge.scene.plate import Plate
from rher_sim_bridge.worlds.simulated_arm import READY
from sensor_msgs.msg import CameraInfo, Image
from std_srvs.srv import Trigger

MIDDLE = Pose(TOOL_DOWN, np.array([0.5, 0.0, 0.17]))
REGION = Region((0.25, -0.30, 0.12), (0.70, 0.30, 0.45), 0.45)
AWAY = (0.9, 0.5, 0.025, 1.0, 0.0, 0.0, 0.0)
"""Pose of the cube, beside the table's middle."""
WIDTH, HEIGHT = 640, 480
TICK = 0.002
"""Between two messages [s]."""
BEGIN_NS = 10**18
"""First stamp [ns]."""
STATE_NS = 100_000_000
"""Between two states of the arm, by their stamps [ns]."""
STATES = 9
"""Told at each pose."""
PICTURE_AT = (5, 6)
"""Numbers of the states after which a picture is taken."""
POSES = 12
DRIVER_LIMITS = ("ur5e", [0.2, -0.4, 0.0], [0.8, 0.4, 0.6], 0.01, 0.0, 0.6, 0.05, 0.25, 0.9, 1.0, 0.1, 0.0)
"""Values of the driver's parameters NAMES."""


class Hands:
    """A person who moves the arm from pose to pose, and the camera that looks on.

    Args:
        executor: Serves the node.
        tools: Where the arm is brought.
        told: What the arm tells instead of where it is; None for the truth.
    """

    def __init__(
        self, executor: SingleThreadedExecutor, tools: list[ToolPose], told: list[ToolPose] | None = None
    ) -> None:
        self.node = rclpy.create_node("hands")
        self._tools, self._told = tools, told or tools
        self._renderer = SceneRenderer(PushTask(), WIDTH, HEIGHT, plate=Plate())
        self._sensor = CameraSensor(SensorParameters(), WIDTH, HEIGHT)
        self._kinematics = ArmKinematics(UR_ARMS["ur5e"], TOOL_LENGTH)
        self._states = self.node.create_publisher(ArmState, ARM_STATE, LOCKSTEP)
        self._infos = self.node.create_publisher(CameraInfo, CAMERA_INFO, LOCKSTEP)
        self._images = self.node.create_publisher(Image, IMAGE, LOCKSTEP)
        self._diagnostics = self.node.create_publisher(DiagnosticArray, DIAGNOSTICS, LOCKSTEP)
        self.serial = "0815"
        self.second_serial_at: int | None = None
        """Number of the pose at which the diagnostics of another camera come; None for never."""
        self.ahead_ns = 0
        """By how much the pictures' stamps are ahead of the arm's [ns]."""
        self.safety = ArmState.DISABLED
        self.camera = self._renderer.camera
        self._ticks = 0
        executor.add_node(self.node)
        self.node.create_timer(TICK, self._act)

    def close(self) -> None:
        self.node.destroy_node()
        self._renderer.close()

    def _act(self) -> None:
        if not self._images.get_subscription_count():
            return
        stamp_ns = BEGIN_NS + self._ticks * STATE_NS
        pose, state = divmod(self._ticks, STATES)
        self._ticks += 1
        k = pose % len(self._tools)
        message = ArmState(safety=self.safety, stopped=True)
        fill_header(message.header, stamp_ns)
        told = self._told[k].pose
        fill_pose(message.tcp_pose, told.translation, told.quaternion)
        self._states.publish(message)
        if state == 0:
            header = header_of(stamp_ns, "lens")
            self._infos.publish(camera_info_message(header, self.camera))
            serial = "4711" if pose == self.second_serial_at else self.serial
            status = DiagnosticStatus(name="camera: stream", hardware_id=serial)
            self._diagnostics.publish(DiagnosticArray(status=[status]))
            q = self._kinematics.inverse(self._tools[k].position, self._tools[k].rotation, READY)
            self._renderer.place(np.concatenate((q, AWAY)))
        if state in PICTURE_AT:
            rgb = self._sensor.expose(self._renderer.colour(), stamp_ns)
            self._images.publish(colour_message(header_of(stamp_ns + self.ahead_ns, "lens"), rgb))


HANG = 10.0
"""Time after which a wait is a failure [s]."""
LATE = REST_TIME + 0.5
"""After the command to rest [s], so that a request sent after the rest would be served before it."""


class Driver:
    """Answers as the driver does to whom the arm belongs.

    Args:
        executor: Serves the node.
    """

    def __init__(self, executor: SingleThreadedExecutor) -> None:
        limits = {name: value for name, value in zip(NAMES, DRIVER_LIMITS, strict=True)}
        self.node = rclpy.create_node(
            "driver",
            parameter_overrides=[Parameter(name, value=value) for name, value in limits.items()],
            automatically_declare_parameters_from_overrides=True,
        )
        self.holder = OWNER
        self.requests: list[str] = []
        self.asked = lambda: None
        """Called when the calibration asks for the arm."""
        self.is_late = False
        """Whether that is served only some time after a command, so that nobody waits for it there any more."""
        self._served: Future = Future()
        self.taken: Future = Future()
        """Done when it has been served."""
        # A request that is not served yet must not keep others from it.
        group = ReentrantCallbackGroup()
        self.node.create_service(Trigger, f"arm/hand_over/{WRITER}", self._take, callback_group=group)
        self.node.create_service(Trigger, f"arm/hand_over/{OWNER}", self._give, callback_group=group)
        self.node.create_subscription(ArmCommand, ARM_COMMAND, self._command, LOCKSTEP)
        executor.add_node(self.node)

    def _command(self, command: ArmCommand) -> None:
        self.node.create_timer(LATE, lambda: self._served.set_result(True))

    async def _take(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self.requests.append(WRITER)
        self.asked()
        if self.is_late:
            await self._served
        self.holder = WRITER
        self.taken.set_result(True)
        response.success = True
        return response

    def _give(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self.requests.append(OWNER)
        self.holder = OWNER
        response.success = True
        return response


@pytest.fixture
def driver(executor):
    driver = Driver(executor)
    yield driver
    driver.node.destroy_node()


@pytest.fixture
def run(executor, tmp_path, capsys):
    """Run the command while hands guide the arm; return its exit code and what it says."""
    closing = []

    def run_with(tools, told=None, camera=None, interrupted=None, change=None, **more):
        hands = Hands(executor, tools, told)
        closing.append(hands.close)
        hands.camera = camera or hands.camera
        for name, value in (change or {}).items():
            setattr(hands, name, value)
        given = {
            "mode": "hand_guided",
            "output": str(tmp_path / "camera.yaml"),
            "robot": "ur5e",
            "poses": POSES,
            "collection.pictures": len(PICTURE_AT),
            "time_limit": 60.0,
        }
        node = CalibrateNode(
            executor, interrupted or Event(), [Parameter(name, value=value) for name, value in (given | more).items()]
        )
        closing.append(node.destroy_node)
        return node.run(), capsys.readouterr().out

    yield run_with
    for close in closing:
        close()


def plan(count: int, region: Region = REGION) -> list[ToolPose]:
    return list(plan_poses(count, MIDDLE, region, Spread((0.08, 0.10, 0.05), 0.5)))


def test_the_camera_is_found_and_all_methods_are_told(run, tmp_path: Path) -> None:
    code, output = run(plan(16))
    assert code == 0, output
    record = CalibrationRecord.load(tmp_path / "camera.yaml")
    position, quaternion = optical_pose(PushTask().parameters.center)
    truth = Pose.from_quaternion(quaternion, position)
    assert np.linalg.norm(record.transform.translation - truth.translation) < 0.003
    assert rotation_angle(record.transform.rotation.T @ truth.rotation) < math.radians(0.3)
    assert (record.robot, record.camera_serial) == ("ur5e", "0815")
    assert (record.parent_frame, record.child_frame) == ("base_link", "lens")
    assert f"{POSES}/{POSES} poses" in output
    for method in ("tsai", "park", "horaud", "andreff", "daniilidis", "refined"):
        assert method in output
    assert "intrinsics by the target's corners" in output
    assert "WARNING" not in output


def test_turns_about_one_axis_are_refused_with_the_motion_that_is_missing(run, tmp_path: Path) -> None:
    flat = [ToolPose(tool.position, np.zeros(2), tool.yaw) for tool in plan(12)]
    code, output = run(flat, time_limit=6.0)
    assert code == 3, output
    assert "those about z alone: rotate more about x or y of the tool" in output
    assert not (tmp_path / "camera.yaml").exists()


def test_poses_that_do_not_belong_to_the_pictures_are_refused(run, tmp_path: Path) -> None:
    tools = plan(14)
    code, output = run(tools, told=[*tools[1:], tools[0]])
    assert code == 3, output
    assert "held-out samples are off by" in output or "disagree with the others" in output
    assert not (tmp_path / "camera.yaml").exists()


def test_intrinsics_that_contradict_the_target_are_warned_of(run) -> None:
    wrong = CameraModel.pinhole(WIDTH, HEIGHT, math.radians(41.0))
    _, output = run(plan(16), camera=wrong)
    assert "WARNING: the intrinsics differ by up to" in output
    assert "focal length -2." in output or "focal length +2." in output


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"camera_serial": "4711"}, "pictures may be of camera 0815; allowed: one camera, 4711"),
        ({"mode": "commanded", "connect_time": 1.0}, "node 'driver' does not answer: is the driver running?"),
        ({"robot": "", "connect_time": 1.0}, "node 'driver' does not tell the arm's model: give robot"),
        ({"output": f"{__file__}/camera.yaml"}, "nothing can be written to"),
    ],
)
def test_what_is_missing_or_wrong_is_told(run, more, told) -> None:
    code, output = run(plan(1), **more)
    assert code == 1, output
    assert told in output


def test_a_second_camera_ends_it_while_it_collects(run, tmp_path: Path) -> None:
    code, output = run(plan(16), change={"second_serial_at": 4})
    assert code == 1, output
    assert "pictures may be of camera 0815, 4711; allowed: one camera, any" in output
    assert f"2/{POSES} poses" in output
    assert f"{POSES}/{POSES} poses" not in output
    assert not (tmp_path / "camera.yaml").exists()


@pytest.mark.parametrize(
    ("ahead_ns", "told"), [(10**18, "ahead of the arm's newest pose"), (-(10**18), "before the arm's first pose")]
)
def test_a_person_hears_that_camera_and_arm_have_different_clocks(run, ahead_ns: int, told: str) -> None:
    code, output = run(plan(1), change={"ahead_ns": ahead_ns}, time_limit=4.0)
    assert code == 3, output
    assert "pictures cannot be used, the stamps of camera and arm do not overlap: a picture is" in output
    assert told in output


def test_before_the_arm_moves_the_different_clocks_of_camera_and_arm_are_told(run, driver) -> None:
    more = {"mode": "commanded", "motion.patience": 1.0}
    code, output = run(plan(1), change={"ahead_ns": 10**18, "safety": ArmState.NORMAL}, **more)
    assert code == 3, output
    assert "pictures cannot be used, the stamps of camera and arm do not overlap" in output
    assert driver.requests == []


@pytest.mark.parametrize("late", [False, True])
def test_the_arm_is_given_back_when_it_is_interrupted_or_answered_late_while_it_is_handed_over(
    run, executor, driver, late: bool
) -> None:
    interrupted = Event()
    driver.asked = lambda: None if late else interrupted.set()
    driver.is_late = late
    change = {"safety": ArmState.NORMAL}
    code, output = run(
        [ToolPose.of(MIDDLE)], change=change, interrupted=interrupted, mode="commanded", connect_time=2.0
    )
    assert code == (1 if late else 130), output
    assert ("the driver does not answer to /arm/hand_over/calibration" in output) == late
    executor.spin_until_future_complete(driver.taken, timeout_sec=HANG)
    assert driver.requests == [WRITER, OWNER]
    assert driver.holder == OWNER


def test_a_person_ends_it_without_a_result(run, tmp_path: Path) -> None:
    interrupted = Event()
    interrupted.set()
    code, output = run(plan(1), interrupted=interrupted)
    assert code == 130
    assert output == "calibrate: interrupted, nothing is written\n"
    assert not (tmp_path / "camera.yaml").exists()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("poses", 5, "poses is 5; allowed: 12 or more"),
        ("setup", "eye_on_foot", "eye_to_hand, eye_in_hand"),
        ("mode", "alone", "commanded, hand_guided"),
        ("target.gap", 0.0, "target.gap is 0.0 m"),
        ("motion.max_tilt", 2.0, "motion.max_tilt is 2.0 rad"),
        ("output", "/", "output is '/'"),
    ],
)
def test_wrong_parameters_are_refused(executor, name, value, told) -> None:
    with pytest.raises(ParameterError, match=told):
        CalibrateNode(executor, Event(), [Parameter(name, value=value)])
