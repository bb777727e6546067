# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""`ros2 run rher_perception calibrate`: where the camera is, from pictures of a board with tags at rests of the arm.

Exit code 0: the file is written. 1: something is missing or failed. 3: the set of poses is too bad; reasons and missing
motions are told. 130: a person ended it. In all but the first nothing is written, and the arm is at rest.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rcl_interfaces.srv import GetParameters
from rclpy.client import Client
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.signals import SignalHandlerOptions
from rclpy.task import Future
from rher_agent.ros.conversions import BASE_FRAME
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import ARM_STATE
from rher_agent.ros.session import ros_session

from rher_perception.calibration.approach import ApproachError
from rher_perception.calibration.collector import Outcome, SampleCollector
from rher_perception.calibration.hand_eye import HandEyeResult, calibrate
from rher_perception.calibration.intrinsics_check import check_intrinsics
from rher_perception.calibration.planner import plan_lacks, plan_poses
from rher_perception.calibration.record import CalibrationRecord
from rher_perception.calibration.report import method_table, progress_line, result_lines
from rher_perception.calibration.samples import CalibrationError, Setup
from rher_perception.calibration.standstill import StandstillJudge
from rher_perception.ros.arm_link import OWNER, WRITER, ArmHeldError, ArmLink
from rher_perception.ros.calibration_parameters import COMMANDED, CalibrateParameters
from rher_perception.ros.collection import CommandedCollection, GuidedCollection
from rher_perception.ros.driver_limits import NAMES, DriverLimits
from rher_perception.ros.spinner import InterruptedByPerson, Spinner
from rher_perception.ros.target_watch import TargetWatch, WatchError
from rher_perception.ros.topics import CAMERA_INFO, IMAGE, OPTICAL_FRAME

TCP_FRAME = "tcp"
"""Frame of the gripper's poses: that of the TCP as ArmState tells it, and as the driver publishes it in /tf."""
SUCCESS, FAILURE, REFUSED, INTERRUPTED = 0, 1, 3, 130
"""Exit codes."""
SPARE = 2
"""A plan has so many times the poses that are asked for: the target may be hidden at some."""
SERIAL_TIME = 3.0
"""Wait for the camera's diagnostics once there are pictures [s]; they come once a second."""


class MissingError(Exception):
    """Something that a calibration needs is not there; the message says what."""


class CalibrateNode(Node):
    """Collects, solves, writes.

    Args:
        executor: Serves the node's callbacks while it runs.
        interrupted: Set when a person wants it to end.
        overrides: Parameters beside those of the command line.

    Raises:
        ParameterError: A parameter has a value that is not allowed.
    """

    def __init__(
        self, executor: SingleThreadedExecutor, interrupted: threading.Event, overrides: Sequence[Parameter] = ()
    ) -> None:
        super().__init__(
            "calibrate", parameter_overrides=list(overrides), automatically_declare_parameters_from_overrides=True
        )
        self._settings = declare_parameters(self, CalibrateParameters())
        refuse_unknown_parameters(self)
        self._setup = Setup(self._settings.setup)
        self._name = self._serial = ""
        self._taking: Future | None = None
        self._spinner = Spinner(executor, interrupted)
        judge = StandstillJudge(self._settings.standstill)
        self._collector = SampleCollector(self._settings.collection, self._settings.hand_eye.coverage)
        self._link = ArmLink(self, judge.hear)
        layout = self._settings.target.layout()
        self._watch = TargetWatch(
            self, layout, self._settings.detection, judge, self._collector, self._settings.camera_serial
        )
        self._driver: Client = self.create_client(GetParameters, f"{self._settings.driver}/get_parameters")
        executor.add_node(self)

    def run(self) -> int:
        """Calibrate; return the exit code."""
        try:
            self._check_output()
            self._connect()
            if self._settings.mode == COMMANDED:
                self._command()
            else:
                self._watch_person()
            self._finish()
        except (MissingError, ArmHeldError, ApproachError, WatchError) as error:
            tell(f"calibrate: {error}")
            return FAILURE
        except CalibrationError as error:
            tell("calibrate: the set of poses is refused, nothing is written:")
            for reason in error.reasons:
                tell(f"  {reason}")
            return REFUSED
        except InterruptedByPerson:
            tell("calibrate: interrupted, nothing is written")
            return INTERRUPTED
        return SUCCESS

    def _check_output(self) -> None:
        """Find out whether the file can be written before anything moves."""
        folder = next(parent for parent in self._settings.path.absolute().parents if parent.exists())
        if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
            raise MissingError(f"output is '{self._settings.output}', but nothing can be written to {folder}")

    def _connect(self) -> None:
        """Wait for camera and arm."""
        wait = self._settings.connect_time
        if not self._spinner.until(lambda: self._watch.camera is not None, wait):
            self._watch.look()
            raise MissingError(f"no intrinsics came on {self.resolve_topic_name(CAMERA_INFO)}: is the camera running?")
        if not self._spinner.until(lambda: bool(self._watch.optical_frame), wait):
            raise MissingError(f"no picture came on {self.resolve_topic_name(IMAGE)}")
        if not self._spinner.until(lambda: self._link.state is not None, wait):
            raise MissingError(
                f"nothing was heard of the arm on {self.resolve_topic_name(ARM_STATE)}: is the driver running?"
            )
        if not self._spinner.until(lambda: bool(self._watch.find_serial()), SERIAL_TIME):
            raise MissingError("no camera told its serial number in /diagnostics: give camera_serial")
        self._serial = self._watch.find_serial()
        camera = self._watch.camera
        assert camera is not None
        tell(f"camera {self._serial}, {camera.width}x{camera.height}")

    def _robot(self, limits: DriverLimits | None) -> str:
        """Return the name of the arm.

        Raises:
            MissingError: It is not known.
        """
        robot = self._settings.robot or (limits.robot_model if limits else "")
        if not robot:
            raise MissingError(f"node '{self._settings.driver}' does not tell the arm's model: give robot")
        return robot

    def _ask_driver(self) -> DriverLimits | None:
        """Return the driver's limits, or None when there is none to ask."""
        if not self._spinner.until(self._driver.service_is_ready, self._settings.connect_time):
            return None
        asked = self._driver.call_async(GetParameters.Request(names=list(NAMES)))
        self._spinner.until(asked.done, self._settings.connect_time)
        if not asked.done() or (answer := asked.result()) is None:
            return None
        try:
            return DriverLimits.of(answer.values)
        except ValueError as error:
            raise MissingError(f"node '{self._settings.driver}' cannot be asked for its limits: {error}") from error

    def _command(self) -> None:
        """Take the arm, visit the poses of a plan, and give the arm back whatever happened."""
        limits = self._ask_driver()
        if limits is None:
            raise MissingError(f"node '{self._settings.driver}' does not answer: is the driver running?")
        self._name = self._robot(limits)
        if limits.max_perception_age > 0.0:
            raise MissingError(
                f"the driver's safety.max_perception_age is {limits.max_perception_age} s, and nobody tells it of "
                "objects during a calibration: start it with calibration.yaml, or with 0.0"
            )
        self._link.check()
        motion = self._settings.motion
        run = CommandedCollection(self._link, self._watch, self._collector, self._spinner, tell, self._settings.poses)
        try:
            region = motion.region.within(limits.region)
            plan = plan_poses(SPARE * self._settings.poses, self._link.pose, region, motion.spread, self._settings.seed)
        except ValueError as error:
            raise MissingError(str(error)) from error
        if lacks := plan_lacks(plan, self._settings.hand_eye.coverage):
            raise CalibrationError(tuple(f"the poses that are allowed do not suffice: {lack}" for lack in lacks))
        tell("looking at the target from where the arm stands")
        first = run.look(motion.patience)
        if first.outcome is not Outcome.TAKEN:
            raise CalibrationError((f"the target is not seen from where the arm stands: {first.reason}",))
        tell(progress_line(len(self._collector.samples), self._settings.poses, (), None))
        try:
            self._hand_over(WRITER)
            run.collect(
                plan,
                speed=min(motion.speed, limits.speed),
                turn_speed=min(motion.turn_speed, limits.turn_speed),
                period=limits.control_period,
                patience=motion.patience,
                time_limit=self._settings.time_limit,
            )
        finally:
            self._give_back(run)

    def _give_back(self, run: CommandedCollection) -> None:
        """Bring the arm to rest and hand it back, if it was asked for; a second interruption cannot prevent it."""
        if self._taking is None:
            return
        for step in (run.rest, self._await_taking, lambda: self._hand_over(OWNER)):
            self._insist(step)

    def _await_taking(self) -> None:
        """Wait for the answer to whether the arm is ours: a slow driver may serve a later request before that one."""
        taking = self._taking
        assert taking is not None
        self._spinner.until(taking.done, self._settings.connect_time)

    def _insist(self, step: Callable[[], None]) -> None:
        try:
            try:
                step()
            except InterruptedByPerson:
                step()
        except (ArmHeldError, MissingError) as error:
            tell(f"calibrate: {error}")

    def _hand_over(self, taker: str) -> None:
        if not self._spinner.until(self._link.can_hand_over, self._settings.connect_time):
            raise MissingError("the driver does not serve /arm/hand_over: is it running?")
        asked = self._link.ask_hand_over(taker)
        if taker == WRITER:
            self._taking = asked
        self._spinner.until(asked.done, self._settings.connect_time)
        if not asked.done() or (answer := asked.result()) is None:
            raise MissingError(f"the driver does not answer to /arm/hand_over/{taker}")
        if not answer.success:
            raise MissingError(f"the driver does not hand the arm over: {answer.message}")
        tell(answer.message)

    def _watch_person(self) -> None:
        """Take samples while a person moves the arm."""
        self._name = self._settings.robot or self._robot(self._ask_driver())
        tell("move the arm, and let it rest for a second at each new pose; Ctrl-C ends without a result")
        run = GuidedCollection(self._watch, self._collector, self._spinner, tell, self._settings.poses)
        run.collect(self._settings.time_limit)

    def _finish(self) -> None:
        """Solve and write."""
        # Before anything is refused: wrong intrinsics may be why.
        self._compare_intrinsics()
        result = calibrate(self._collector.samples, self._setup, self._settings.hand_eye)
        self._spinner.check()
        self._write(result)

    def _compare_intrinsics(self) -> None:
        camera = self._watch.camera
        assert camera is not None
        check = check_intrinsics(self._collector.views, camera)
        if check is None:
            tell("WARNING: the intrinsics could not be checked: too few tags were seen in each picture")
            return
        tell(check.summary)
        if warning := check.warning(self._settings.max_intrinsics_shift):
            tell(f"WARNING: {warning}")

    def _write(self, result: HandEyeResult) -> None:
        parent = BASE_FRAME if self._setup is Setup.EYE_TO_HAND else TCP_FRAME
        child = self._watch.optical_frame or OPTICAL_FRAME
        record = CalibrationRecord.of(result, self._name, self._serial, parent, child, datetime.now(timezone.utc))
        tell(method_table(result))
        tell(result_lines(result, parent, child))
        path = self._settings.path
        try:
            record.save(path)
        except OSError as error:
            raise MissingError(f"{path} cannot be written: {error}") from error
        tell(f"written: {Path(path).absolute()}")


def tell(line: str) -> None:
    """Tell people something at once, also through a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(args: list[str] | None = None) -> NoReturn:
    """Calibrate; a wrong parameter ends it at once with one line and exit code 1."""
    interrupted = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupted.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    # ROS must outlive Ctrl-C: the arm is brought to rest and handed back through it.
    with ros_session(args, signals=SignalHandlerOptions.NO):
        executor = SingleThreadedExecutor()
        try:
            node = CalibrateNode(executor, interrupted)
        except ParameterError as error:
            sys.exit(f"calibrate: {error}")
        try:
            code = node.run()
        finally:
            executor.shutdown()
            node.destroy_node()
    sys.exit(code)


if __name__ == "__main__":
    main()
