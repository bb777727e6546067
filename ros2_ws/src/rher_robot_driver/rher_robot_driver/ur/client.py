# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The vendor's client library behind the few words this driver needs, in base_link and SI units.

Measuring and controlling are two connections. Only taking control stops what runs on the controller and uploads our
program; before that the arm is only looked at. A lost control connection usually ends the process (a fault of
ur_rtde 1.6.5), so nothing else may live in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from rtde_control import RTDEControlInterface
from rtde_receive import RTDEReceiveInterface

from rher_robot_driver.ur.dashboard import Dashboard
from rher_robot_driver.ur.errors import ControllerError, InUseError, LinkLostError, NoControlError
from rher_robot_driver.ur.frames import quaternion_from_base, turned, turned_point
from rher_robot_driver.ur.probe import CB_SERVO_RATE, ControllerVersion, probe
from rher_robot_driver.ur.protocol import Measured, Six
from rher_robot_driver.ur.settings import UrSettings

VARIABLES = (
    "timestamp",
    "actual_q",
    "actual_qd",
    "actual_TCP_pose",
    "actual_TCP_speed",
    "actual_TCP_force",
    "robot_mode",
    "safety_mode",
    "runtime_state",
    "speed_scaling",
    "target_speed_fraction",
)
"""What is measured; all controllers tell these."""
PAYLOAD_VARIABLE = "payload"
PAYLOAD_FROM = (5, 11)
"""Version from which e-series controllers tell the payload."""
READ_ATTEMPTS = 3
"""Reads of one set of values before a set that spans two packages is taken."""
SERVO_STOP_DECELERATION = 10.0
"""With which the controller ends servoing, were the arm not at rest already [rad/s^2]."""


@dataclass(frozen=True)
class Measurement:
    """One package of the controller, or two neighbouring ones when they come too fast."""

    timestamp: float
    """Controller's own time [s]."""
    measured: Measured
    speed_slider: float
    """Of the pendant, 0 to 1."""


class UrClient:
    """Looks at an arm, and controls it between take_control and release.

    Args:
        settings: Which arm, where, and how it is servoed.

    Raises:
        UnreachableError: A port of the controller does not answer.
        ControllerError: The controller cannot serve what the settings ask for.
    """

    def __init__(self, settings: UrSettings) -> None:
        self._settings = settings
        self.version: ControllerVersion = probe(settings.robot_ip, settings.connect_timeout)
        refuse_rate(self.version, settings.servo_rate)
        variables = list(VARIABLES)
        self._tells_payload = (self.version.major, self.version.minor) >= PAYLOAD_FROM
        if self._tells_payload:
            variables.append(PAYLOAD_VARIABLE)
        try:
            self._receive = RTDEReceiveInterface(settings.robot_ip, float(settings.servo_rate), variables)
        except RuntimeError as error:
            raise ControllerError(f"the controller at {settings.robot_ip} does not tell its state: {error}") from error
        self._control: RTDEControlInterface | None = None
        self._last: Measurement | None = None

    @property
    def control_alive(self) -> bool:
        """Whether the control connection is open and has not been lost."""
        return self._control is not None and self._control.isConnected()

    @property
    def program_runs(self) -> bool:
        """Whether a program runs on the controller, as the control connection sees it."""
        return self._control is not None and self._control.isProgramRunning()

    def payload(self) -> float | None:
        """Return the payload that the controller reckons with [kg], or None when it does not tell."""
        return self._receive.getPayload() if self._tells_payload else None

    def dashboard(self) -> Dashboard | None:
        """Return a new connection to the dashboard server, or None when the controller has none.

        Raises:
            UnreachableError: The server does not answer.
        """
        if not self.version.has_dashboard:
            return None
        return Dashboard(self._settings.robot_ip, self._settings.connect_timeout)

    def timestamp(self) -> float:
        """Return the controller's time as last heard [s]."""
        return self._receive.getTimestamp()

    def measure(self) -> Measurement:
        """Return what the controller measured last; the same object while no newer package came."""
        receive = self._receive
        stamp = receive.getTimestamp()
        if self._last is not None and stamp == self._last.timestamp:
            return self._last
        for _ in range(READ_ATTEMPTS):
            pose = receive.getActualTCPPose()
            measured = Measured(
                q=tuple(receive.getActualQ()),
                qd=tuple(receive.getActualQd()),
                tcp_position=turned_point(pose[:3]),
                tcp_orientation=quaternion_from_base(pose[3:]),
                tcp_twist=turned(receive.getActualTCPSpeed()),
                wrench=turned(receive.getActualTCPForce()),
                robot_mode=receive.getRobotMode(),
                safety_mode=receive.getSafetyMode(),
                runtime_state=receive.getRuntimeState(),
                speed_scaling=receive.getSpeedScaling(),
            )
            slider = receive.getTargetSpeedFraction()
            before, stamp = stamp, receive.getTimestamp()
            if stamp == before:
                break
        self._last = Measurement(stamp, measured, slider)
        return self._last

    def take_control(self) -> None:
        """Upload our program and start it, or start it again; what ran before on the controller is ended.

        Raises:
            InUseError: Another client is in control.
            NoControlError: The program does not start, or the control connection is lost.
        """
        settings = self._settings
        if self._control is not None:
            if not self._control.isConnected():
                raise NoControlError("the control connection is lost")
            # The registers still hold the last setpoint, to which the program would leap when it starts again. A kick
            # writes "no command" into them; it returns False, because no program takes it.
            self._control.kickWatchdog()
            if not self._control.reuploadScript():
                raise NoControlError("our program does not start again on the controller")
            return
        try:
            self._control = RTDEControlInterface(settings.robot_ip, float(settings.servo_rate))
        except (RuntimeError, ValueError) as error:
            if "in use" in str(error).lower():
                raise InUseError(
                    f"another client controls the arm at {settings.robot_ip}: end it, or disable its fieldbus on the "
                    f"pendant ({error})"
                ) from error
            raise NoControlError(f"our program does not start on the controller: {error}") from error

    def arm_watchdog(self) -> None:
        """Have the controller stop the arm when it hears less than watchdog_rate setpoints a second from now on.

        Raises:
            NoControlError: The controller does not do so.
        """
        if self._control is None or not self._control.setWatchdog(self._settings.watchdog_rate):
            raise NoControlError("the controller does not arm its watchdog")

    def servo(self, q: Six | list[float]) -> bool:
        """Send a joint setpoint [rad]; return False when the program did not take it.

        Raises:
            LinkLostError: The control connection is lost.
        """
        settings = self._settings
        if self._control is None:
            return False
        try:
            # The library ignores the speed and the acceleration of servoJ.
            return self._control.servoJ(list(q), 0.0, 0.0, settings.servo_period, settings.lookahead, settings.gain)
        except RuntimeError as error:
            raise LinkLostError(f"the control connection to {settings.robot_ip} is lost ({error})") from error

    def end_program(self) -> None:
        """End servoing and our program; at rest, or when the controller holds the arm."""
        if self._control is None or not self._control.isConnected():
            return
        if self._control.isProgramRunning():
            self._control.servoStop(SERVO_STOP_DECELERATION)
        self._control.stopScript()

    def drop_control(self) -> None:
        """Close the control connection, so that others may control the arm. Takes half a second."""
        # The vendor's object disconnects as it goes; doing so by hand before makes it wait twice.
        self._control = None


def refuse_rate(version: ControllerVersion, servo_rate: int) -> None:
    """Refuse a servo rate that the controller cannot serve.

    Raises:
        ControllerError: It cannot.
    """
    if version.is_cb_series and servo_rate > CB_SERVO_RATE:
        raise ControllerError(
            f"servo_rate is {servo_rate} Hz; allowed: {CB_SERVO_RATE} Hz, because the controller is of the CB series "
            f"(software {version})"
        )
