# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which arm, where, with what on its flange, and how it is servoed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rher_robot_driver.kinematics.dh import UR_ARMS

SERVO_RATES = (125, 500)
"""Rates that the controllers serve [Hz]: CB series, e-series."""
GREATEST_PAYLOAD = 20.0
"""[kg]; that of the largest arm, the arm itself knows its own."""


@dataclass(frozen=True)
class UrSettings:
    """One arm in one cell. The defaults are those that benchmarks/driver.py measured."""

    robot_ip: str = "192.168.56.101"
    """Address of the controller."""
    robot_model: str = "ur5e"
    """Maker's name of the arm."""
    servo_rate: int = 500
    """Setpoints each second [Hz]: 500 for the e-series, 125 for the CB series."""
    tcp_offset: float = 0.16
    """From tool0 to the TCP along z [m], here of a closed Robotiq 2F-85; the pendant must hold the same."""
    payload: float = 0.925
    """On the flange [kg]; the pendant must hold the same."""
    lookahead: float = 0.03
    """Over which the controller smooths the setpoints [s]."""
    gain: float = 1000.0
    """Of the controller's position servo, for each second of error."""
    watchdog_rate: float = 10.0
    """The controller ends our program when it hears less often than this [Hz]; the arm rests at the last setpoint by
    then, and a computer that also learns is now and then late by some hundredths of a second."""
    heartbeat_timeout: float = 0.25
    """Silence of the driver node after which the arm process stops the arm [s]."""
    data_timeout: float = 0.1
    """Silence of the controller after which the arm process stops the arm [s]; as long as the watchdog waits for us."""
    report_rate: float = 50.0
    """States sent to the driver node each second, besides those that end a control period [Hz]."""
    connect_timeout: float = 2.0
    """Longest wait for the controller's ports [s]."""

    def __post_init__(self) -> None:
        if not self.robot_ip:
            raise ValueError("robot_ip is empty; allowed: the address of the controller")
        if self.robot_model not in UR_ARMS:
            raise ValueError(f"robot_model is '{self.robot_model}'; allowed: {', '.join(UR_ARMS)}")
        if self.servo_rate not in SERVO_RATES:
            raise ValueError(f"servo_rate is {self.servo_rate} Hz; allowed: {', '.join(map(str, SERVO_RATES))}")
        for name, lower, upper in (
            ("tcp_offset", 0.0, 0.5),
            ("payload", 0.0, GREATEST_PAYLOAD),
            ("lookahead", 0.03, 0.2),
            ("gain", 100.0, 2000.0),
            ("watchdog_rate", 2.0, 100.0),
            ("heartbeat_timeout", 0.05, 2.0),
            ("data_timeout", 0.01, 0.2),
            ("report_rate", 1.0, 125.0),
            ("connect_timeout", 0.1, 2.5),
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and lower <= value <= upper):
                raise ValueError(f"{name} is {value}; allowed: {lower} to {upper}")

    @property
    def servo_period(self) -> float:
        """Time between two setpoints [s]."""
        return 1.0 / self.servo_rate
