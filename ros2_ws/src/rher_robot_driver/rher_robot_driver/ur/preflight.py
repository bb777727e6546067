# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What must be right before the arm is taken, each line with what to do when it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from transforms3d.axangles import mat2axangle
from transforms3d.quaternions import quat2mat

from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.ur.dashboard import Dashboard
from rher_robot_driver.ur.errors import ControllerError
from rher_robot_driver.ur.probe import CB_SERVO_RATE, ControllerVersion
from rher_robot_driver.ur.protocol import Check, Measured
from rher_robot_driver.ur.settings import UrSettings
from rher_robot_driver.ur.status import RobotMode, RuntimeState, SafetyMode, mode_name

MODEL_TOLERANCE = 0.015
"""Distance between TCP as the controller sees it and by the published lengths [m]. An arm's own calibration is some
millimetres; the two models nearest to each other, UR3 and UR3e, have wrists whose lengths differ by 19 mm."""
ANGLE_TOLERANCE = 0.05
"""The same for the orientation [rad]."""
PAYLOAD_TOLERANCE = 0.1
"""[kg]."""
FULL_SLIDER = 0.995
"""Fraction of the speed slider from which it counts as 100 %."""


@dataclass(frozen=True)
class ControllerFacts:
    """What is asked and measured before the arm is taken. None is what this controller does not tell."""

    version: ControllerVersion
    measured: Measured
    speed_slider: float
    payload: float | None = None
    model: str | None = None
    """As the dashboard names it, 'UR5' for both series."""
    serial_number: str | None = None
    remote_control: bool | None = None
    dashboard_error: str = ""
    """Why the dashboard did not tell; empty when it did, or when there is none."""


def ask_dashboard(dashboard: Callable[[], Dashboard | None]) -> tuple[str | None, str | None, bool | None, str]:
    """Return model, serial number, remote control and the error of ControllerFacts.

    Args:
        dashboard: Opens a connection, or returns None when there is no dashboard server.
    """
    try:
        connection = dashboard()
        if connection is None:
            return None, None, None, ""
        try:
            remote = connection.in_remote_control()
            return connection.model() or None, connection.serial_number() or None, remote, ""
        finally:
            connection.close()
    except ControllerError as error:
        return None, None, None, str(error)


def preflight(
    facts: ControllerFacts, settings: UrSettings, kinematics: ArmKinematics, start_error: Callable[[], str]
) -> tuple[Check, ...]:
    """Return the whole list.

    Args:
        facts: Of the controller.
        settings: What is expected.
        kinematics: Of the arm expected, with its tool.
        start_error: Returns why the arm may not start from where it is; empty when it may.
    """
    measured = facts.measured
    return (
        _serial_number(facts),
        _check(
            "servo rate",
            not facts.version.is_cb_series or settings.servo_rate <= CB_SERVO_RATE,
            f"{settings.servo_rate} Hz, software {facts.version}",
            f"set servo_rate to {CB_SERVO_RATE}: the controller is of the CB series",
        ),
        _remote_control(facts),
        _check(
            "robot mode",
            measured.robot_mode == RobotMode.RUNNING,
            mode_name(RobotMode, measured.robot_mode),
            "power the arm on and release its brakes on the pendant",
        ),
        _check(
            "safety mode",
            measured.safety_mode in (SafetyMode.NORMAL, SafetyMode.REDUCED),
            mode_name(SafetyMode, measured.safety_mode),
            "release the stop that the pendant shows",
        ),
        _check(
            "no other program",
            measured.runtime_state in (RuntimeState.STOPPED, RuntimeState.STOPPING),
            f"program {mode_name(RuntimeState, measured.runtime_state)}",
            "end the program on the pendant, or the other client that is in control",
        ),
        _model_name(facts, settings),
        *_geometry(facts, settings, kinematics),
        _payload(facts, settings),
        _check(
            "speed slider",
            facts.speed_slider >= FULL_SLIDER,
            f"{100.0 * facts.speed_slider:.0f} %",
            "move the speed slider of the pendant to 100 %; limit the speed with the driver's parameters",
        ),
        _start_pose(start_error()),
    )


def _check(name: str, passed: bool, found: str, mend: str) -> Check:
    return Check(name, passed, found, "" if passed else mend)


def _serial_number(facts: ControllerFacts) -> Check:
    if facts.dashboard_error:
        return Check("controller", False, facts.dashboard_error, "check the network services of the controller")
    return Check("controller", True, f"serial number {facts.serial_number or 'not told'}, software {facts.version}")


def _remote_control(facts: ControllerFacts) -> Check:
    found = {True: "on", False: "off", None: "not told by this controller"}[facts.remote_control]
    return _check(
        "remote control",
        facts.remote_control is not False,
        found,
        "switch the pendant from Local to Remote (top right; enable it under Settings, System, Remote Control)",
    )


def _model_name(facts: ControllerFacts, settings: UrSettings) -> Check:
    expected = settings.robot_model.upper().removesuffix("E")
    fits = facts.model is None or facts.model.upper().removesuffix("E") == expected
    mend = f"set robot_model, which is {settings.robot_model}, to this arm"
    return _check("model name", fits, facts.model or "not told", mend)


def _geometry(facts: ControllerFacts, settings: UrSettings, kinematics: ArmKinematics) -> tuple[Check, Check]:
    """Compare the controller's TCP with the one by the published lengths, seen from the flange.

    A wrong length of the tool shifts the TCP along the flange's z axis and nothing else; whatever is left is the arm's.
    """
    measured = facts.measured
    position, rotation = kinematics.forward(measured.q)
    offset = rotation.T @ (np.array(measured.tcp_position) - position)
    _, angle = mat2axangle(rotation.T @ quat2mat(measured.tcp_orientation))
    across = float(np.hypot(offset[0], offset[1]))
    length = settings.tcp_offset + float(offset[2])
    turned = abs(angle) > ANGLE_TOLERANCE
    arm = _check(
        "arm geometry",
        across <= MODEL_TOLERANCE and not turned,
        f"TCP {1000.0 * across:.1f} mm beside where a {settings.robot_model} has it, turned by {abs(angle):.3f} rad",
        "set robot_model to this arm, and the TCP on the pendant to a shift along z without rotation",
    )
    tool = _check(
        "TCP offset",
        abs(length - settings.tcp_offset) <= MODEL_TOLERANCE,
        f"about {1000.0 * length:.0f} mm along z",
        f"set the TCP on the pendant to {1000.0 * settings.tcp_offset:.1f} mm along z, or tcp_offset to the pendant's",
    )
    return arm, tool


def _payload(facts: ControllerFacts, settings: UrSettings) -> Check:
    if facts.payload is None:
        return Check("payload", True, f"not told by this controller; it must be {settings.payload} kg")
    return _check(
        "payload",
        abs(facts.payload - settings.payload) <= PAYLOAD_TOLERANCE,
        f"{facts.payload:.2f} kg",
        f"set the payload on the pendant to {settings.payload} kg, or the parameter payload to what is on the flange",
    )


def _start_pose(error: str) -> Check:
    return _check(
        "start pose",
        not error,
        error or "joints inside their limits, TCP inside the workspace",
        "move the arm by hand or with the pendant until the TCP is inside the workspace, tool down",
    )
