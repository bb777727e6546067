# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The arm process tick by tick: requests in, setpoints to the controller, states back, and every fault on the way."""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable

from rher_robot_driver.safety.motion.latch import ClearRefusedError
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.servo import TwistServo
from rher_robot_driver.ur.alarm import fatal_unless_renewed
from rher_robot_driver.ur.channel import Channel
from rher_robot_driver.ur.client import UrClient
from rher_robot_driver.ur.control_period import PeriodEnd
from rher_robot_driver.ur.errors import ControllerError, LinkLostError
from rher_robot_driver.ur.pacer import Pacer, Tick
from rher_robot_driver.ur.protocol import (
    Answer,
    Check,
    Disable,
    Enable,
    Move,
    Phase,
    Quit,
    Recover,
    Request,
    SafetyState,
    Six,
    State,
    Stop,
)
from rher_robot_driver.ur.reporter import Reporter
from rher_robot_driver.ur.servo_loop import ServoLoop
from rher_robot_driver.ur.settings import UrSettings
from rher_robot_driver.ur.status import FREE, Status, program_status, status_of
from rher_robot_driver.ur.takeover import Takeover

logger = logging.getLogger(__name__)

NODE_SILENT = "driver node silent"
CONTROLLER_SILENT = "controller silent"
LINK_TIMEOUT = 0.5
"""Silence of the controller after which the link is given up [s]: time to brake along the path, and long before the
vendor's client tries to connect again, which crashes it after 2.5 s."""
LOOP_TIMEOUT = 1.0
"""After which a servo period that does not end ends the process [s]; the controller's watchdog has long acted then.
Enabling and recovering may take longer, and limit what they wait for themselves."""
REFUSALS = 5
"""Setpoints in a row that the program did not take, until that is a fault by itself."""
ENDING_TIMEOUT = 1.0
"""After which the program is ended though the arm still moves [s]."""
RESTING_SPEED = 0.002
"""Of a joint, below which it counts as resting [rad/s]."""


class ArmSession:
    """Everything between the channel to the driver node and one controller.

    Args:
        channel: To the driver node.
        client: Connected to the controller.
        servo: Turns twists into joint setpoints within all limits.
        settings: How the arm is servoed.
        safety: Limits of its motion.
    """

    def __init__(
        self,
        channel: Channel,
        client: UrClient,
        servo: TwistServo,
        settings: UrSettings,
        safety: SafetyParameters,
    ) -> None:
        self.ended = False
        """Whether the arm is at rest and our program ended; the process may end, and with it the connections."""
        self._channel = channel
        self._reporter = Reporter(channel, max(1, round(settings.servo_rate / settings.report_rate)))
        self._client = client
        self._servo = servo
        self._settings = settings
        self._loop = ServoLoop(servo, safety.control_period, settings.servo_period)
        self._takeover = Takeover(client, settings, servo.ik.kinematics, self._start_error)
        self._pacer = Pacer(settings.servo_period, client.timestamp)
        self._parent = os.getppid()
        self._phase = Phase.CONNECTED
        self._held = FREE
        self._measurement = client.measure()
        self._measured_ns = time.monotonic_ns()
        self._commanded = self._measurement.measured.tcp_position
        self._node_silence = self._controller_silence = self._unobserved = 0.0
        self._refused = 0
        self._waited = 0.0
        self._setpoint: list[float] | None = None
        self._ending: Callable[[], None] | None = None
        self._ending_age = 0.0

    def run(self) -> None:
        """Serve until the node goes, asks to quit, or quit is called.

        Raises:
            LinkLostError: The controller does not answer any more.
        """
        self._pacer.restart()
        while not self.ended:
            # The vendor's servoJ waits for ever when the connection is lost while it is in it.
            fatal_unless_renewed(LOOP_TIMEOUT)
            self.tick(self._pacer.wait())
        fatal_unless_renewed(0.0)

    def quit(self) -> None:
        """Have the arm brought to rest, our program ended, and the session ended."""
        self._end_with(self._finish_quit)

    def tick(self, tick: Tick) -> None:
        """Do the work of one servo period.

        Args:
            tick: How long the last one was, and whether the controller began a new cycle.

        Raises:
            LinkLostError: The controller does not answer any more.
        """
        self._heed(tick.elapsed)
        self._look(tick)
        ended = self._move(tick)
        if not self.ended:
            status = self._status()
            self._reporter.tick(lambda: self._state(status), ended, (self._phase, status))

    def _heed(self, elapsed: float) -> None:
        """Take the requests that wait, and notice a silent or vanished node."""
        self._node_silence += elapsed
        for request in self._channel.receive():
            self._node_silence = 0.0
            if isinstance(request, Request):
                self._obey(request)
        if self._channel.ended or os.getppid() != self._parent:
            # The second belt: a descriptor that someone else inherited keeps the channel open.
            self.quit()
        elif self._node_silence > self._settings.heartbeat_timeout and self._phase is Phase.ENABLED:
            self._stop(NODE_SILENT)

    def _obey(self, request: Request) -> None:
        if isinstance(request, Move):
            self._loop.move(request)
        elif isinstance(request, Stop):
            self._stop(request.reason or "asked to stop")
        elif isinstance(request, Enable):
            fatal_unless_renewed(0.0)
            self._reporter.answer(self._enable())
        elif isinstance(request, Recover):
            fatal_unless_renewed(0.0)
            self._reporter.answer(self._recover(request.reason or "asked to recover"))
        elif isinstance(request, Disable):
            self._end_with(self._finish_disable)
        elif isinstance(request, Quit):
            self.quit()

    def _look(self, tick: Tick) -> None:
        """Measure, and let what was measured stop the motion."""
        enabled = self._phase is Phase.ENABLED
        if enabled and not self._client.control_alive:
            raise LinkLostError(f"the control connection to {self._settings.robot_ip} is lost: check it, then recover")
        self._unobserved += tick.elapsed
        if not tick.is_new:
            # Our own stall is not the controller's silence.
            self._controller_silence += min(tick.elapsed, 2.0 * self._settings.servo_period)
            if self._controller_silence > LINK_TIMEOUT:
                raise LinkLostError(
                    f"the controller at {self._settings.robot_ip} is silent: check cable and power, then recover"
                )
            if self._controller_silence > self._settings.data_timeout and enabled:
                self._stop(CONTROLLER_SILENT)
            return
        measurement = self._measurement = self._client.measure()
        self._measured_ns = time.monotonic_ns()
        self._controller_silence = 0.0
        if not enabled:
            return
        status = program_status(measurement.measured)
        if status.holds:
            self._fault(status)
        else:
            self._loop.observe(measurement.measured, self._unobserved)
            self._unobserved = 0.0

    def _move(self, tick: Tick) -> tuple[PeriodEnd, ...]:
        """Advance the setpoint, send it when the arm is ours, and end what was asked to end once it rests."""
        held = self._phase is not Phase.ENABLED
        self._waited += tick.elapsed
        ended: tuple[PeriodEnd, ...] = ()
        # The path goes on with the controller's cycles; a stop brakes also when only the way back from it is cut.
        advances = tick.may_move or held or self._servo.stopped
        if advances:
            told = self._loop.tick(self._waited, held, resting=self._ending is not None)
            self._waited = 0.0
            self._setpoint = told.q
            self._commanded = told.position if told.q is not None else self._measurement.measured.tcp_position
            ended = told.ended
        if not held and self._setpoint is not None:
            self._refused = 0 if self._client.servo(self._setpoint) else self._refused + 1
            if advances:
                self._pacer.sent()
            if self._refused >= REFUSALS:
                self._fault(Status(SafetyState.FAULT, "the controller takes no setpoints: look why, then recover"))
        if self._ending is not None:
            self._ending_age += tick.elapsed
            if held or self._at_rest() or self._ending_age > ENDING_TIMEOUT:
                finish, self._ending = self._ending, None
                finish()
        return ended

    def _at_rest(self) -> bool:
        """Return whether the setpoints stand still and the arm, which trails them, has come to rest too."""
        return self._loop.at_rest and max(map(abs, self._measurement.measured.qd)) < RESTING_SPEED

    def _state(self, status: Status) -> State:
        return State(
            stamp_ns=self._measured_ns,
            phase=self._phase,
            safety=status.state,
            reason=status.reason,
            measured=self._measurement.measured,
            stopped=status.holds,
            commanded_position=self._commanded,
            limit_counts=self._servo.counts,
            statistics=self._pacer.statistics,
        )

    def _status(self) -> Status:
        """Return what holds the arm: the controller now, the controller before, nobody's enabling, or our chain."""
        live = status_of(self._measurement.measured)
        if live.holds:
            return live
        if self._held.holds:
            return self._held
        if self._phase is not Phase.ENABLED:
            return Status(SafetyState.DISABLED, self._servo.stop_reason)
        if self._servo.stopped:
            return Status(SafetyState.STOPPED, self._servo.stop_reason)
        return FREE

    def _stop(self, reason: str) -> None:
        if not self._servo.stopped:
            self._servo.stop(reason)

    def _fault(self, status: Status) -> None:
        """Take note that the controller holds the arm or ended our program; nothing moves until Recover."""
        logger.error("%s: %s", status.state.value, status.reason)
        self._servo.stop(status.reason)
        self._held = status
        self._phase = Phase.CONNECTED

    def _enable(self) -> Answer:
        """Take the arm if pre-flight passes."""
        if self._ending is not None:
            return Answer("Enable", False, "the arm is being brought to rest; ask again")
        if self._phase is Phase.ENABLED:
            if self._servo.stopped:
                reason = self._servo.stop_reason
                return Answer("Enable", False, f"the arm is enabled but held, only Recover ends this: {reason}")
            return Answer("Enable", True, "the arm is enabled already")
        if self._held.holds:
            return Answer("Enable", False, f"only Recover ends this: {self._held.reason}")
        held = self._servo.stop_reason
        return self._take("Enable", f"enabled, but still held, only Recover ends this: {held}" if held else "enabled")

    def _take(self, name: str, done: str, clear: str = "") -> Answer:
        """Take the arm for a request, or tell what is wrong.

        Args:
            name: Of the request.
            done: What to answer when the arm is taken.
            clear: Why a stop of ours may be cleared; empty when none is to be.
        """
        checks: tuple[Check, ...] = ()
        stop_reason = self._servo.stop_reason
        try:
            checks = self._takeover.preflight()
            failed = ", ".join(check.name for check in checks if not check.passed)
            if failed:
                return Answer(name, False, f"pre-flight failed: {failed}", checks)
            if clear and stop_reason:
                self._servo.clear(clear)
            # What the garbage collector would look at is looked at now, not when setpoints are awaited.
            gc.collect()
            gc.freeze()
            measured = self._takeover.take()
            self._loop.reset(measured.q)
        except ClearRefusedError as error:
            return Answer(name, False, str(error), checks)
        except (ControllerError, ValueError) as error:
            self._takeover.give_back()
            if stop_reason:
                self._stop(stop_reason)
            return Answer(name, False, str(error), checks)
        self._phase = Phase.ENABLED
        self._held = FREE
        # The one at hand is from before; until the next tick of the servo there is none to send.
        self._setpoint = None
        self._node_silence = self._controller_silence = self._unobserved = 0.0
        self._refused = 0
        self._pacer.restart()
        return Answer(name, True, done, checks)

    def _recover(self, reason: str) -> Answer:
        """End a stop of ours, or free the arm from what holds it and take it; nothing moves until the next Move."""
        if self._ending is not None:
            return Answer("Recover", False, "the arm is being brought to rest; ask again")
        try:
            if self._phase is not Phase.ENABLED:
                self._takeover.unlock()
                answer = self._take("Recover", "recovered and enabled", clear=reason)
            elif not self._servo.stopped:
                return Answer("Recover", True, "nothing holds the arm")
            elif not self._servo.at_rest:
                return Answer("Recover", False, "the arm is still braking; ask again")
            else:
                # From where the arm is: a setpoint left behind in a collision must not press on.
                self._setpoint = None
                try:
                    self._loop.reset(self._client.measure().measured.q)
                except ValueError as error:
                    # There is no setpoint to send from there; a person has to bring the arm back.
                    self._fault(Status(SafetyState.FAULT, str(error)))
                    raise
                self._servo.clear(reason)
                answer = Answer("Recover", True, "the stop is cleared")
        except (ControllerError, ClearRefusedError, ValueError) as error:
            return Answer("Recover", False, str(error))
        if answer.done:
            logger.warning("recovered: %s", reason)
        return answer

    def _end_with(self, finish: Callable[[], None]) -> None:
        """Bring the arm to rest and then finish; a quit is not replaced by a disable."""
        if self._ending != self._finish_quit:
            self._ending = finish
            self._ending_age = 0.0

    def _finish_disable(self) -> None:
        self._takeover.give_back()
        self._phase = Phase.CONNECTED
        gc.unfreeze()
        self._pacer.restart()
        self._reporter.answer(Answer("Disable", True, "disabled"))

    def _finish_quit(self) -> None:
        self._takeover.end_program()
        self.ended = True

    def _start_error(self, q: Six) -> str:
        """Return why the servo may not start from joint positions; empty when it may."""
        try:
            self._loop.reset(q)
        except ValueError as error:
            return str(error)
        return ""
