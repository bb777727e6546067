# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The driver of a UR arm as a ROS node: messages here, the arm process there, nothing of the arm's motion in between.

One executor thread does everything; a second thread only waits for the arm process to say something. What takes time is
answered later, because the arm process stops the arm when it does not hear from this node. A callback waits only to end
a lost arm process, before another is started.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rher_agent.ros.conversions import time_ns, twist_array
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LOCKSTEP, OBJECTS
from rher_agent.ros.session import run_node
from rher_interfaces.msg import ArmCommand, ArmState, ObjectStates
from std_srvs.srv import Trigger

from rher_robot_driver.gripper.gripper import Gripper
from rher_robot_driver.gripper.null_gripper import NullGripper
from rher_robot_driver.gripper.robotiq_gripper import RobotiqGripper
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.motions.reset_motion import plan_reset
from rher_robot_driver.ros.arm_listener import ArmListener
from rher_robot_driver.ros.arm_requests import ArmRequests
from rher_robot_driver.ros.command_gate import CommandGate, Fate
from rher_robot_driver.ros.deferred_trigger import DeferredTrigger
from rher_robot_driver.ros.diagnostics import (
    MissedCycles,
    arm_status,
    command_status,
    gripper_status,
    safety_level,
    too_slow,
)
from rher_robot_driver.ros.messages import arm_state_message
from rher_robot_driver.ros.parameters import (
    ROBOTIQ,
    WRITERS,
    DriverParameters,
    check_hardware_limits,
    default_safety,
)
from rher_robot_driver.ros.reset_run import ResetRun, measured_pose
from rher_robot_driver.ros.state_reporter import StateReporter, Told
from rher_robot_driver.ros.visuals import ArmVisuals
from rher_robot_driver.safety.admission.chain import build_admission_chain
from rher_robot_driver.safety.command import TwistCommand
from rher_robot_driver.servo import build_servo
from rher_robot_driver.ur.protocol import Answer, Beat, Enable, Phase, Recover, SafetyState, State
from rher_robot_driver.ur.settings import UrSettings
from rher_robot_driver.ur.supervisor import ArmSupervisor

BEAT_PERIOD = 0.02
"""Between two signs of life to the arm process, and looks for requests [s]."""
DIAGNOSTICS_PERIOD = 1.0
"""[s]"""
WARNING_PERIOD = 1.0
"""Least time between two warnings of refused commands [s]."""
SLOW_WARNING_PERIOD = 30.0
"""The same of a computer that is too slow [s]."""
TAKES_THE_ARM = (Enable.__name__, Recover.__name__)
"""Requests after which the arm may move."""
DISABLED = "the arm is disabled: call /arm/enable"


class DriverNode(Node):
    """Drives one arm.

    Raises:
        ParameterError: A parameter has a value that is not allowed.
    """

    def __init__(self) -> None:
        super().__init__("driver", automatically_declare_parameters_from_overrides=True)
        self._settings = declare_parameters(self, UrSettings())
        self._safety = declare_parameters(self, default_safety(), "safety.")
        self._own_parameters = declare_parameters(self, DriverParameters())
        refuse_unknown_parameters(self)
        reset_speed, allowed = self._own_parameters.reset.speed, self._safety.commanded_speed
        if reset_speed > allowed:
            raise ParameterError(f"reset.speed is {reset_speed}; allowed: at most {allowed}, the speed of commands")

        self._kinematics = ArmKinematics(UR_ARMS[self._settings.robot_model], self._settings.tcp_offset)
        try:
            # The arm process builds its own; here it only shows whether the limits fit together.
            build_servo(self._kinematics, self._safety, self._settings.servo_period)
            check_hardware_limits(self._safety)
        except ValueError as error:
            raise ParameterError(str(error)) from error
        admission = build_admission_chain(self._safety, self._own_parameters.writer)
        self._gate = CommandGate(admission, self._safety.stale_age)
        self._reporter = StateReporter(self._safety.control_period)
        self._gripper = self._make_gripper()
        self._arm = ArmSupervisor(self._settings, self._safety)
        self._asked = ArmRequests(self._arm, self._gate, self._reporter, self._plan_reset)
        self._listener = ArmListener(self, self._arm, self._take_reports)
        self._told_safety: tuple[SafetyState, str] | None = None
        self._missed = MissedCycles()

        self._arm_states = self.create_publisher(ArmState, ARM_STATE, LOCKSTEP)
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", LOCKSTEP)
        self._visuals = ArmVisuals(self, self._settings)
        self.create_subscription(ArmCommand, ARM_COMMAND, self._serve_command, LOCKSTEP)
        self.create_subscription(ObjectStates, OBJECTS, self._see, LOCKSTEP)
        self.create_service(Trigger, "arm/stop", self._stop)
        for writer in WRITERS:
            self.create_service(Trigger, f"arm/hand_over/{writer}", self._hand_over_to(writer))
        self._requests = (
            (DeferredTrigger(self, "arm/enable"), self._asked.enable),
            (DeferredTrigger(self, "arm/disable"), self._asked.disable),
            (DeferredTrigger(self, "arm/recover"), self._asked.recover),
            (DeferredTrigger(self, "arm/reset"), self._asked.reset),
        )
        # Not on the clock of ROS: a step of the system's time must not keep signs of life from the arm process.
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(BEAT_PERIOD, self._beat, clock=steady)
        self.create_timer(DIAGNOSTICS_PERIOD, self._diagnose, clock=steady)

    def start(self) -> None:
        """Start the arm process; it connects to the controller at once, but moves nothing."""
        self.get_logger().info(f"connecting to a {self._settings.robot_model} at {self._settings.robot_ip}")
        self._arm.start()
        self._listener.start()

    def close(self) -> None:
        """Bring the arm to rest, end the program on the controller and the arm process."""
        self._listener.close()
        self._arm.close()
        self._gripper.close()

    def _take_reports(self) -> None:
        for report in self._arm.poll():
            if isinstance(report, Answer):
                if report.done and report.to in TAKES_THE_ARM:
                    self._gripper.enable()
                self._asked.take_answer(report)
            elif isinstance(report, State):
                self._take_state(report)

    def _take_state(self, state: State) -> None:
        self._tell_changes(state)
        if state.safety is SafetyState.NORMAL:
            self._gate.release()
        else:
            self._gate.hold(state.reason or (DISABLED if state.phase is Phase.CONNECTED else state.safety.value))
        if state.period_end and state.stopped and state.episode == self._gate.last[0]:
            self._gate.spoil(state.reason or "the motion was stopped")
        if told := self._reporter.report(state):
            self._publish(told)
        if state.phase in (Phase.CONNECTED, Phase.ENABLED):
            self._visuals.show(state.measured, self._ros_ns(state.stamp_ns))
        self._asked.take_state(state)

    def _tell_changes(self, state: State) -> None:
        told = (state.safety, state.reason if state.safety is not SafetyState.NORMAL else "")
        if told == self._told_safety:
            return
        self._told_safety = told
        text = f"arm: {state.safety.value}" + (f": {told[1]}" if told[1] else "")
        level = safety_level(state.safety)
        if level == DiagnosticStatus.ERROR:
            self.get_logger().error(text)
        elif state.safety in (SafetyState.NORMAL, SafetyState.DISABLED):
            self.get_logger().info(text)
        else:
            self.get_logger().warning(text)

    def _serve_command(self, message: ArmCommand) -> None:
        verdict = self._gate.judge(
            TwistCommand(
                twist=twist_array(message.twist),
                gripper=message.gripper,
                frame_id=message.header.frame_id,
                stamp_ns=time_ns(message.header.stamp),
                writer=message.writer,
                episode=message.episode,
                step=message.step,
            ),
            self._now_ns(),
        )
        step = (message.episode, message.step)
        told: Told | None = None
        if verdict.fate is Fate.MOVE and verdict.move is not None:
            self._reporter.expect(step)
            self._arm.send(verdict.move)
            if math.isfinite(verdict.gripper):
                self._gripper.move(verdict.gripper)
        elif verdict.fate is Fate.REPEAT:
            told = self._reporter.answer_repeat(step)
        elif verdict.fate is Fate.HELD:
            told = self._reporter.answer_held(step, verdict.reason)
        else:
            reason = f"command {step[1]} of episode {step[0]} from '{message.writer}' was refused: {verdict.reason}"
            self.get_logger().warning(reason, throttle_duration_sec=WARNING_PERIOD)
            told = self._reporter.answer_refused(reason)
        if told is not None:
            self._publish(told)

    def _see(self, message: ObjectStates) -> None:
        self._gate.admission.perception.seen(time_ns(message.header.stamp), self._now_ns())

    def _stop(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success, response.message = self._asked.stop()
        return response

    def _hand_over_to(self, taker: str) -> Callable[[Trigger.Request, Trigger.Response], Trigger.Response]:
        def hand_over(request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
            giver = self._gate.admission.writer.holder
            response.success = not self._asked.resets
            if not response.success:
                response.message = "a reset is under way"
            elif giver == taker:
                response.message = f"'{taker}' holds the arm already"
            else:
                self._gate.hand_over(taker)
                response.message = f"'{giver}' handed the arm over to '{taker}'"
            return response

        return hand_over

    def _beat(self) -> None:
        self._arm.send(Beat())
        self._take_reports()
        state = self._reporter.newest
        if state is not None and state.phase is Phase.LOST and not self._asked.starts_anew:
            # Nobody reports any more, but who joins late must hear of it too.
            self._take_state(replace(state, stamp_ns=time.monotonic_ns()))
        for service, begin in self._requests:
            if (reply := service.take()) is None:
                continue
            if self._asked.under_way:
                reply.send(False, f"busy: {self._asked.under_way} is under way")
            else:
                begin(reply)

    def _plan_reset(self, state: State) -> ResetRun:
        """Return a reset from a state.

        Raises:
            MotionRefusedError: There is none within the limits.
        """
        measured = state.measured
        parameters = self._own_parameters.reset
        path = plan_reset(self._kinematics, self._safety, parameters, np.array(measured.q), measured_pose(measured))
        return ResetRun(path, parameters, self._safety)

    def _publish(self, told: Told) -> None:
        stamp_ns = self._ros_ns(told.state.stamp_ns)
        self._arm_states.publish(arm_state_message(told, stamp_ns, self._gripper.state.opening))

    def _diagnose(self) -> None:
        hardware = f"{self._settings.robot_model} at {self._settings.robot_ip}"
        newest = self._reporter.newest
        slow = too_slow(self._missed.share(newest.statistics), self._settings.servo_rate) if newest else ""
        if slow:
            self.get_logger().warning(slow, throttle_duration_sec=SLOW_WARNING_PERIOD)
        array = DiagnosticArray(
            status=[
                arm_status(newest, hardware, slow),
                command_status(self._gate, hardware),
                gripper_status(self._own_parameters.gripper, self._gripper.state, hardware),
            ]
        )
        array.header.stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(array)

    def _make_gripper(self) -> Gripper:
        if self._own_parameters.gripper == ROBOTIQ:
            return RobotiqGripper(self._settings.robot_ip, self._own_parameters.robotiq)
        return NullGripper()

    def _now_ns(self) -> int:
        return int(self.get_clock().now().nanoseconds)

    def _ros_ns(self, monotonic_ns: int) -> int:
        """Return a time of CLOCK_MONOTONIC on the clock of ROS [ns]."""
        return self._now_ns() - (time.monotonic_ns() - monotonic_ns)


def main(args: list[str] | None = None) -> None:
    """Run the node until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1."""
    run_node("driver_node", DriverNode, args, start=DriverNode.start, close=DriverNode.close)


if __name__ == "__main__":
    main()
