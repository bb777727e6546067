# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How the arm is taken, given back, and freed from what the controller holds: everything that may wait.

None of it runs while the arm is servoed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.ur.alarm import fatal_after
from rher_robot_driver.ur.client import UrClient
from rher_robot_driver.ur.errors import ControllerError, NoControlError
from rher_robot_driver.ur.preflight import ControllerFacts, ask_dashboard, preflight
from rher_robot_driver.ur.protocol import Check, Measured, SafetyState, Six
from rher_robot_driver.ur.settings import UrSettings
from rher_robot_driver.ur.status import RuntimeState, program_status, status_of

VENDOR_TIMEOUT = 12.0
"""After which a call of the vendor's client that still waits ends the process [s]; its own waits are 5 s each."""
RELEASE_TIMEOUT = 3.0
"""Time for a protective stop to be released once the controller agreed [s]."""
PROGRAM_TIMEOUT = 2.0
"""Time for a program to start or to end [s]."""


class Takeover:
    """Takes and frees one arm.

    Args:
        client: Connected to its controller.
        settings: What is expected of it.
        kinematics: Of the arm expected, with its tool.
        start_error: Returns why the servo may not start from joint positions [rad]; empty when it may.
    """

    def __init__(
        self,
        client: UrClient,
        settings: UrSettings,
        kinematics: ArmKinematics,
        start_error: Callable[[Six], str],
    ) -> None:
        self._client = client
        self._settings = settings
        self._kinematics = kinematics
        self._start_error = start_error

    def preflight(self) -> tuple[Check, ...]:
        """Return the pre-flight list; the network is asked, nothing moves."""
        measurement = self._client.measure()
        model, serial_number, remote_control, error = ask_dashboard(self._client.dashboard)
        facts = ControllerFacts(
            version=self._client.version,
            measured=measurement.measured,
            speed_slider=measurement.speed_slider,
            payload=self._client.payload(),
            model=model,
            serial_number=serial_number,
            remote_control=remote_control,
            dashboard_error=error,
        )
        return preflight(facts, self._settings, self._kinematics, lambda: self._start_error(measurement.measured.q))

    def take(self) -> Measured:
        """Start our program and arm the controller's watchdog; setpoints must follow at once.

        Returns:
            The arm as it stands, to servo from.

        Raises:
            ControllerError: Our program does not run.
        """
        with fatal_after(VENDOR_TIMEOUT):
            self._client.take_control()
            # Two connections, two views: both must see the program before it is spoken to.
            if not self._wait(
                lambda measured: self._client.program_runs and not program_status(measured).holds, PROGRAM_TIMEOUT
            ):
                reason = program_status(self._client.measure().measured).reason
                raise NoControlError(f"our program does not run: {reason}")
            self._client.arm_watchdog()
        return self._client.measure().measured

    def give_back(self) -> None:
        """End our program and close the control connection. The arm must be at rest, or held by the controller."""
        self.end_program()
        with fatal_after(VENDOR_TIMEOUT):
            self._client.drop_control()

    def end_program(self) -> None:
        """End our program, and leave the connection to the end of this process."""
        with fatal_after(VENDOR_TIMEOUT):
            self._client.end_program()

    def unlock(self) -> None:
        """Release a protective stop, if that is what holds the arm, and end the program that it paused.

        Raises:
            ControllerError: Something holds the arm that only a person may release, or the release fails; the message
                says what to do.
        """
        status = status_of(self._client.measure().measured)
        dashboard = self._client.dashboard()
        try:
            if status.state is SafetyState.PROTECTIVE_STOP:
                if dashboard is None:
                    raise ControllerError("this controller is unlocked on its pendant only: do so, then recover")
                dashboard.close_safety_popup()
                dashboard.unlock_protective_stop()
                if not self._wait(lambda measured: not status_of(measured).holds, RELEASE_TIMEOUT):
                    raise ControllerError("the controller does not release the protective stop: look at the pendant")
            elif status.holds:
                raise ControllerError(status.reason)
            # A protective stop only pauses the program, which would go on with a setpoint from before the stop.
            if dashboard is None:
                self.end_program()
            elif self._client.measure().measured.runtime_state != RuntimeState.STOPPED:
                dashboard.stop_program()
        finally:
            if dashboard is not None:
                dashboard.close()
        if not self._wait(lambda measured: measured.runtime_state == RuntimeState.STOPPED, PROGRAM_TIMEOUT):
            raise ControllerError("the program on the controller does not end: end it on the pendant, then recover")

    def _wait(self, reached: Callable[[Measured], bool], timeout: float) -> bool:
        """Return whether the arm measures up to a condition within a time; the client tells no other way."""
        deadline = time.monotonic() + timeout
        while not reached(self._client.measure().measured):
            if time.monotonic() > deadline:
                return False
            time.sleep(self._settings.servo_period)
        return True
